package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.Caller;
import dev.weir.access.ClientAddress;
import dev.weir.access.Principal;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.TokenClaims;
import dev.weir.access.token.TokenKind;
import dev.weir.fake.AuditLog;
import dev.weir.fake.MovableClock;
import dev.weir.fake.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginHandlerTest {
    private static final Principal ALICE = Principal.user("alice");

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T10:00:00Z"));
    private final SignedTokens tokens = Tokens.at(clock);
    private final LoginHandler logins = new LoginHandler(tokens, clock);

    private static RegistryRequest request(String method, String path, Principal principal, String password) {
        String login = Base64.getEncoder().encodeToString(("AWS:" + password).getBytes(StandardCharsets.UTF_8));
        return new RegistryRequest(
                method, path, Map.of(), Map.of("authorization", List.of("Basic " + login)), "request-1", principal);
    }

    private JsonNode answer(String path, Principal principal, String password) throws IOException {
        RegistryResponse response = logins.handle(request("GET", path, principal, password));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Content-Type", "application/json");
        return new ObjectMapper().readTree(response.body());
    }

    private TokenClaims claims(JsonNode login) {
        return tokens.verify(TokenKind.PASSWORD, login.path("password").asText())
                .orElseThrow();
    }

    @Test
    void aCallerWhoIsKnownGetsAPasswordForTwelveHours() throws IOException {
        JsonNode login = answer("/v2/_weir/login", ALICE, "hunter2");
        assertThat(login.path("username").asText()).isEqualTo("AWS");
        assertThat(login.path("expiresAt").asText()).isEqualTo("2026-11-25T22:00:00Z");
        assertThat(claims(login).principal()).isEqualTo(ALICE);
    }

    @Test
    void aPasswordIsNotBoundToTheAddressOfItsLogin() throws IOException {
        JsonNode login = answer("/v2/_weir/login", ALICE.from(ClientAddress.of("192.0.2.1")), "hunter2");
        assertThat(claims(login).principal()).isEqualTo(ALICE);
    }

    @Test
    void aTwelveHourPasswordIsNotProlonged() throws IOException {
        String password =
                answer("/v2/_weir/login", ALICE, "hunter2").path("password").asText();
        clock.advance(Duration.ofHours(11));
        JsonNode again = answer("/v2/_weir/login", ALICE, password);
        assertThat(again.path("password").asText()).isEqualTo(password);
        assertThat(again.path("expiresAt").asText()).isEqualTo("2026-11-25T22:00:00Z");
        clock.advance(Duration.ofMinutes(50));
        assertThat(answer("/v2/_weir/credentials", ALICE, password)
                        .path("Expiration")
                        .asText())
                .isEqualTo("2026-11-25T22:00:00Z");
    }

    @Test
    void theKeysOfASessionAreWhatACredentialProcessPrints() throws IOException {
        JsonNode keys = answer("/v2/_weir/credentials", ALICE, "hunter2");
        assertThat(keys.path("Version").asInt()).isEqualTo(1);
        assertThat(keys.path("Expiration").asText()).isEqualTo("2026-11-25T11:00:00Z");
        Sessions sessions = new Sessions(tokens, clock);
        assertThat(sessions.get(
                        keys.path("AccessKeyId").asText(),
                        Optional.of(keys.path("SessionToken").asText())))
                .satisfies(key -> {
                    assertThat(key.secret())
                            .isEqualTo(keys.path("SecretAccessKey").asText());
                    assertThat(key.caller()).isEqualTo(new Caller(ALICE, Caller.Role.DERIVED));
                });
    }

    @Test
    void whatIsGivenIsALineOfTheAuditLogWithoutASecret() throws IOException {
        try (AuditLog log = new AuditLog()) {
            String password =
                    answer("/v2/_weir/login", ALICE, "hunter2").path("password").asText();
            JsonNode keys = answer("/v2/_weir/credentials", ALICE, "hunter2");
            assertThat(log.lines())
                    .containsExactly(
                            "principal=weir:user/alice operation=login expires=2026-11-25T22:00:00Z requestId=request-1",
                            "principal=weir:user/alice operation=credentials expires=2026-11-25T11:00:00Z"
                                    + " requestId=request-1")
                    .noneMatch(line -> line.contains("hunter2"))
                    .noneMatch(line -> line.contains(password))
                    .noneMatch(
                            line -> line.contains(keys.path("SecretAccessKey").asText()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/_weir/login", "/v2/_weir/credentials"})
    void nobodyGetsNothing(String path) {
        RegistryResponse response =
                logins.handle(request("GET", path, Principal.ANONYMOUS.from(ClientAddress.of("192.0.2.1")), "hunter2"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("was not told who calls");
    }

    @Test
    void onlyGetIsSupported() {
        assertThat(logins.handle(request("HEAD", "/v2/_weir/login", ALICE, "hunter2"))
                        .status())
                .isEqualTo(405);
    }

    @Test
    void anIdentityThatFitsIntoNoTokenIsTold() {
        Principal large = new Principal("oidc:a:b", Map.of("oidc:groups", List.of("g".repeat(6000))));
        RegistryResponse response = logins.handle(request("GET", "/v2/_weir/login", large, "hunter2"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("fewer or shorter claims");
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/_weir/login, true",
        "/v2/_weir/credentials, true",
        "/v2/_weir/login/, false",
        "/v2/_weir/tags/list, false",
        "/v2/, false"
    })
    void twoPathsAreServed(String path, boolean served) {
        assertThat(logins.serves(path)).isEqualTo(served);
    }
}
