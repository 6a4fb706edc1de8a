package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.fake.FakeIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;

/** Logging in to a local registry that asks who calls, over its port. */
class LocalLoginIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final FakeIssuer issuer = new FakeIssuer();
    private LocalRegistry registry;
    private LocalServer server;

    @BeforeEach
    void start(@TempDir Path data) throws IOException {
        Path rules = Files.writeString(data.resolve("rules.json"), "{\"pullThroughCacheRules\":[]}");
        String hash = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());
        Map<String, String> environment = Map.of(
                "WEIR_DATA",
                data.resolve("data").toString(),
                "WEIR_RULES",
                rules.toString(),
                "WEIR_USERS",
                "alice:" + hash,
                "WEIR_IDENTITIES",
                "{\"oidcIssuers\":[{\"alias\":\"ci\",\"issuer\":\"" + FakeIssuer.ISSUER + "\",\"jwks\":" + issuer.jwks()
                        + "}]}");
        LocalSettings settings = LocalSettings.of(environment);
        registry = new LocalRegistry(settings, environment);
        server = LocalServer.start(
                settings.access().address(),
                0,
                new HttpFront(registry::answer, registry.files(), Optional.of(registry.control()), settings.hosts()));
    }

    @AfterEach
    void stop() {
        server.close();
        registry.close();
        issuer.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whoSendsNoCredentialsIsChallenged() throws Exception {
        HttpResponse<String> answer = get("/v2/");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"weir\"");
        assertThat(answer.body()).contains("UNAUTHORIZED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/_catalog", "/v2/a/manifests/1", "/v2/a/tags/list", "/v2/_weir/login", "/v1", "/"})
    void nothingIsAnsweredToAStranger(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(401);
        assertThat(get(path, "Authorization", basic("alice", "wrong")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aUserLogsIn() throws Exception {
        assertThat(get("/v2/", "Authorization", basic("alice", "secret")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void twoHeadersAreNone() throws Exception {
        assertThat(get("/v2/", "Authorization", basic("alice", "secret"), "Authorization", basic("alice", "secret"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void anOidcTokenForThisRegistryIsExchangedForAPassword() throws Exception {
        String host = "localhost:" + server.port();
        String token = issuer.token(FakeIssuer.claims(host, Instant.now().getEpochSecond()));
        HttpResponse<String> answer = get("/v2/_weir/login", "Authorization", basic("oidc", token));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode login = JSON.readTree(answer.body());
        assertThat(get(
                                "/v2/",
                                "Authorization",
                                basic(
                                        login.path("username").asText(),
                                        login.path("password").asText()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theCommandLineIsToldTheUrlThatThisRegistrySpeaksAt() {
        try (EcrClient ecr = EcrClient.builder()
                .endpointOverride(URI.create("http://localhost:" + server.port() + "/ecr"))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("weir", "weir-local-secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            assertThat(ecr.getAuthorizationToken(request -> {})
                            .authorizationData()
                            .get(0)
                            .proxyEndpoint())
                    .isEqualTo("http://localhost:5000");
        }
    }

    @Test
    void anOidcTokenForAnotherRegistryIsNotTaken() throws Exception {
        String token =
                issuer.token(FakeIssuer.claims("localhost:1", Instant.now().getEpochSecond()));
        assertThat(get("/v2/", "Authorization", basic("oidc", token)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void tooManyWrongPasswordsAreAnswered429AndTellWhenToComeBack() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(get("/v2/", "Authorization", basic("alice", "wrong" + i)).statusCode())
                    .isEqualTo(401);
        }
        HttpResponse<String> answer = get("/v2/", "Authorization", basic("alice", "wrong"));
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).contains("TOOMANYREQUESTS");
        assertThat(answer.headers()
                        .firstValue("Retry-After")
                        .map(Integer::parseInt)
                        .orElse(0))
                .isBetween(1, 300);
    }
}
