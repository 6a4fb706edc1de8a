package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FakeUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in: gateway, authorizer function and the users' secret together. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedUsersIT {
    private static final String ODD = "pä:ß:wörd €";

    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;
    private RegistryClient client;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort());
        client = new RegistryClient(weir.gateway);
        weir.putUsers(Map.of(DeployedWeir.USER, DeployedWeir.PASSWORD, "bob", ODD, "eve", "x"));
    }

    @AfterAll
    void remove() {
        weir.close();
        upstream.close();
    }

    private HttpResponse<byte[]> ping(String authorization) throws Exception {
        return client.send(client.request("/v2/").header("Authorization", authorization));
    }

    @Test
    void challengesWhoeverDoesNotSayWhoTheyAre() throws Exception {
        HttpResponse<byte[]> bare = client.send(client.request("/v2/"));
        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(RegistryClient.header(bare, "WWW-Authenticate")).isEqualTo("Basic realm=\"weir\"");
        assertThat(RegistryClient.text(bare)).contains("\"UNAUTHORIZED\"");
    }

    @Test
    void asksTheAuthorizerOncePerToken() throws Exception {
        client.send(client.asAlice("/v2/"));
        int before = weir.functions.invocations("AuthorizerFunction");
        assertThat(client.send(client.asAlice("/v2/")).statusCode()).isEqualTo(200);
        assertThat(client.send(client.asAlice("/v2/_catalog")).statusCode()).isEqualTo(200);
        assertThat(weir.functions.invocations("AuthorizerFunction")).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "alice, secret, 200",
        "alice, Secret, 401",
        "alice, '', 401",
        "nobody, secret, 401",
        "bob, pä:ß:wörd €, 200",
        "bob, pä, 401",
        "bob, pa:ß:wörd €, 401",
    })
    void asksForNameAndPassword(String user, String password, int status) throws Exception {
        HttpResponse<byte[]> answer = ping(RegistryClient.basic(user, password));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(RegistryClient.header(answer, "WWW-Authenticate"))
                .isEqualTo(status == 401 ? "Basic realm=\"weir\"" : "");
    }

    @ParameterizedTest
    @CsvSource({"Bearer YWxpY2U6c2VjcmV0", "Basic !", "Basic YWxpY2U", "'Basic '", "Basic Og=="})
    void takesNothingElseForBasicCredentials(String authorization) throws Exception {
        assertThat(ping(authorization).statusCode()).isEqualTo(401);
    }

    /** The gateway keeps the answer to a token for a minute, the function keeps the secret for one. */
    @Test
    void refusesAUserWhoIsNoLongerInTheSecret() throws Exception {
        String eve = RegistryClient.basic("eve", "x");
        assertThat(ping(eve).statusCode()).isEqualTo(200);
        weir.putUsers(Map.of(DeployedWeir.USER, DeployedWeir.PASSWORD, "bob", ODD));
        weir.functions.renew("AuthorizerFunction");
        assertThat(ping(eve).statusCode()).isEqualTo(200);
        // To the gateway another token, and to the function the same credentials.
        assertThat(ping(eve.replace("Basic", "basic")).statusCode()).isEqualTo(401);
    }
}
