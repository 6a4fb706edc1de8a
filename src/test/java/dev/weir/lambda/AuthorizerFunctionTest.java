package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Authenticator;
import dev.weir.access.FailedLogins;
import dev.weir.access.Principal;
import dev.weir.access.UserEntry;
import dev.weir.access.UserPasswords;
import dev.weir.fake.MovableClock;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The authorizer handles the events of {@code events/}. */
class AuthorizerFunctionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Context CONTEXT = (Context) Proxy.newProxyInstance(
            AuthorizerFunctionTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> null);

    private final MovableClock clock = new MovableClock();
    private final UserEntry alice = UserEntry.of(BCrypt.withDefaults().hashToString(4, "secret".toCharArray()));
    private final AuthorizerFunction authorizer = new AuthorizerFunction(
            new Authenticator(List.of(new UserPasswords(() -> Map.of("alice", alice), clock)), new FailedLogins(clock)),
            Optional.empty());

    private static AuthorizerFunction.Event event(String name) throws IOException {
        return JSON.readValue(Path.of("events", name + ".json").toFile(), AuthorizerFunction.Event.class);
    }

    private static AuthorizerFunction.Event eventWith(String header, String value) throws IOException {
        ObjectNode event = (ObjectNode) JSON.readTree(
                Path.of("events", "authorizer-without-credentials.json").toFile());
        ((ObjectNode) event.path("multiValueHeaders")).putArray(header).add(value);
        return JSON.treeToValue(event, AuthorizerFunction.Event.class);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Principal seenByTheRegistry(AuthorizerFunction.Authorization answer) {
        Map<String, Object> context = new TreeMap<>(answer.context());
        context.put("principalId", answer.principalId());
        return AuthorizerContext.principal(context);
    }

    @Test
    void allowsAKnownUserTheWholeStage() throws IOException {
        JsonNode answer = JSON.valueToTree(authorizer.handleRequest(event("authorizer"), CONTEXT));
        assertThat(answer).isEqualTo(JSON.readTree("""
                                {"principalId":"weir:user/alice","policyDocument":{"Version":"2012-10-17","Statement":[
                                 {"Action":"execute-api:Invoke","Effect":"Allow",
                                  "Resource":"arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/v2/*"}]},
                                 "context":{"keys":"{}"}}
                                """));
    }

    @Test
    void takesTheHeaderInAnySpelling() throws IOException {
        assertThat(authorizer
                        .handleRequest(eventWith("authorization", basic("alice:secret")), CONTEXT)
                        .principalId())
                .isEqualTo("weir:user/alice");
    }

    @Test
    void failsWithTheMessageThatTheGatewayTurnsInto401() throws IOException {
        for (AuthorizerFunction.Event event : List.of(
                event("authorizer-without-credentials"),
                eventWith("Authorization", "Bearer x"),
                eventWith("Authorization", basic("alice:wrong")))) {
            assertThatThrownBy(() -> authorizer.handleRequest(event, CONTEXT)).hasMessage("Unauthorized");
        }
    }

    @Test
    void afterTooManyFailuresTheRegistryAnswers429() throws IOException {
        AuthorizerFunction.Event wrong = eventWith("Authorization", basic("alice:wrong"));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> authorizer.handleRequest(wrong, CONTEXT)).hasMessage("Unauthorized");
        }
        AuthorizerFunction.Authorization answer = authorizer.handleRequest(wrong, CONTEXT);
        assertThatThrownBy(() -> seenByTheRegistry(answer)).isInstanceOfSatisfying(RegistryException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.TOOMANYREQUESTS);
            assertThat(e.retryAfter()).contains(Duration.ofMinutes(5));
        });
        clock.advance(Duration.ofMinutes(5));
        assertThat(authorizer.handleRequest(event("authorizer"), CONTEXT).principalId())
                .isEqualTo("weir:user/alice");
    }

    /** The gateway keeps the answer for a minute, so a shorter wait would be a lie. */
    @Test
    void nobodyIsToldToComeBackBeforeTheGatewayAsksAgain() throws IOException {
        AuthorizerFunction.Event wrong = eventWith("Authorization", basic("alice:wrong"));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> authorizer.handleRequest(wrong, CONTEXT)).hasMessage("Unauthorized");
        }
        clock.advance(Duration.ofMinutes(4).plusSeconds(50));
        assertThat(authorizer.handleRequest(wrong, CONTEXT).context()).containsEntry("limitedSeconds", "60");
    }

    @Test
    void thePrincipalAndItsKeysReachTheRegistry() {
        Principal role = new Principal(
                "arn:aws:iam::111122223333:role/ci",
                Map.of(
                        "aws:PrincipalAccount",
                        List.of("111122223333"),
                        "oidc:kubernetes.io/groups",
                        List.of("a", "b")));
        Map<String, Object> context = new TreeMap<>(AuthorizerContext.of(role));
        context.put("principalId", role.name());
        assertThat(AuthorizerContext.principal(context)).isEqualTo(role);
        assertThat(AuthorizerContext.principal(null)).isEqualTo(Principal.ANONYMOUS);
    }

    @Test
    void anAnswerThatNamesNobodyIsNotTakenForAnonymous() {
        assertThatThrownBy(() -> AuthorizerContext.principal(Map.of("principalId", AuthorizerContext.NOBODY)))
                .isInstanceOf(RegistryException.class);
        assertThatThrownBy(() -> AuthorizerContext.principal(Map.of("principalId", "")))
                .isInstanceOf(RegistryException.class);
    }

    @Test
    void anEventDoesNotPrintItsHeaders() throws IOException {
        assertThat(event("authorizer").toString()).doesNotContain("Basic");
    }

    @ParameterizedTest
    @CsvSource({
        "a1b2.execute-api.us-east-1.amazonaws.com,, a1b2.execute-api.us-east-1.amazonaws.com",
        "A1B2.execute-api.us-east-1.amazonaws.com,, a1b2.execute-api.us-east-1.amazonaws.com",
        "a1b2-vpce-0a1b.execute-api.us-east-1.amazonaws.com,, a1b2-vpce-0a1b.execute-api.us-east-1.amazonaws.com",
        "vpce-0a1b-xyz.execute-api.us-east-1.vpce.amazonaws.com,,''",
        "other.execute-api.us-east-1.amazonaws.com,,''",
        "a1b2.evil.example,,''",
        "weir.example.org, weir.example.org, weir.example.org",
        "weir.example.org,,''",
    })
    void onlyTheRegistrysOwnNamesAreItsHost(String called, String own, String host) {
        assertThat(GatewayHost.of("a1b2", called, Optional.ofNullable(own))).isEqualTo(host);
    }
}
