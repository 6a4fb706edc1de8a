package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.BasicCredentials;
import dev.weir.fake.FakeUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;

/** 12-hour passwords as deployed: given out by two functions, taken by a third, by the one secret of the signing keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedLoginIT {
    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;
    private RegistryClient client;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort());
        client = new RegistryClient(weir.gateway);
    }

    @AfterAll
    void remove() {
        weir.close();
        upstream.close();
    }

    private int statusOf(String user, String password) throws Exception {
        return client.send(client.request("/v2/").header("Authorization", RegistryClient.basic(user, password)))
                .statusCode();
    }

    private JsonNode asAlice(String path) throws Exception {
        HttpResponse<byte[]> answer = client.send(client.asAlice(path));
        assertThat(answer.statusCode()).as(RegistryClient.text(answer)).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private BasicCredentials authorizationToken(AwsCredentials keys) {
        try (EcrClient ecr = EcrClient.builder()
                .endpointOverride(weir.admin.endpoint().resolve("/ecr"))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(keys))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            String token = ecr.getAuthorizationToken(request -> {})
                    .authorizationData()
                    .get(0)
                    .authorizationToken();
            return BasicCredentials.find("Basic " + token).orElseThrow();
        }
    }

    @Test
    void aUsersPasswordIsExchangedForOneThatEnds() throws Exception {
        JsonNode login = asAlice("/v2/_weir/login");
        String password = login.path("password").asText();
        assertThat(statusOf(login.path("username").asText(), password)).isEqualTo(200);
        assertThat(statusOf("AWS", password.substring(0, password.length() - 4) + "AAAA"))
                .isEqualTo(401);
        assertThat(client.send(client.request("/v2/_weir/login")).statusCode()).isEqualTo(401);
    }

    @Test
    void theAdminApisPasswordOpensTheRegistry() throws Exception {
        BasicCredentials login =
                authorizationToken(AwsBasicCredentials.create(DeployedWeir.ADMIN_KEY, DeployedWeir.ADMIN_SECRET));
        assertThat(statusOf(login.username(), login.password())).isEqualTo(200);
    }

    @Test
    void aUsersKeysSignCallsOfTheAdminApi() throws Exception {
        JsonNode keys = asAlice("/v2/_weir/credentials");
        BasicCredentials login = authorizationToken(AwsSessionCredentials.create(
                keys.path("AccessKeyId").asText(),
                keys.path("SecretAccessKey").asText(),
                keys.path("SessionToken").asText()));
        assertThat(statusOf(login.username(), login.password())).isEqualTo(200);
    }
}
