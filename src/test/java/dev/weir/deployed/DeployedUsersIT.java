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

/** Who is let in, by gateway, authorizer function and the users' secret together. */
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
    void challengesARequestWithoutCredentials() throws Exception {
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

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "name and password,                              alice,  secret,          200",
        "another case,                                   alice,  Secret,          401",
        "empty password,                                 alice,  '',              401",
        "unknown name,                                   nobody, secret,          401",
        "colons and letters beyond ASCII,                bob,    pä:ß:wörd €,     200",
        "only what stands before the password's colon,   bob,    pä,              401",
        "an accent left out,                             bob,    pa:ß:wörd €,     401",
    })
    void letsInWhoKnowsNameAndPassword(String row, String user, String password, int status) throws Exception {
        HttpResponse<byte[]> answer = ping(RegistryClient.basic(user, password));
        assertThat(answer.statusCode()).as(row).isEqualTo(status);
        assertThat(RegistryClient.header(answer, "WWW-Authenticate"))
                .isEqualTo(status == 401 ? "Basic realm=\"weir\"" : "");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "another scheme,              Bearer YWxpY2U6c2VjcmV0",
        "not base64,                  Basic !",
        "no colon,                    Basic YWxpY2U",
        "nothing after the scheme,    'Basic '",
        "empty name and password,     Basic Og==",
    })
    void deniesWhatIsNotBasicCredentials(String row, String authorization) throws Exception {
        assertThat(ping(authorization).statusCode()).as(row).isEqualTo(401);
    }

    /** The gateway caches the answer to a token for a minute, the function caches the secret for a minute. */
    @Test
    void deniesAUserWhoIsNoLongerInTheSecret() throws Exception {
        String eve = RegistryClient.basic("eve", "x");
        assertThat(ping(eve).statusCode()).isEqualTo(200);
        weir.putUsers(Map.of(DeployedWeir.USER, DeployedWeir.PASSWORD, "bob", ODD));
        weir.functions.endIdleProcesses("AuthorizerFunction");
        assertThat(ping(eve).statusCode()).isEqualTo(200);
        // For the gateway this is another token, for the function it is the same credentials.
        assertThat(ping(eve.replace("Basic", "basic")).statusCode()).isEqualTo(401);
    }
}
