package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.deployed.gateway.GatewayEmulator;
import dev.weir.fake.FakeUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A function that starts without something it needs logs that once, and answers all the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedStartUpIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** No process listens on port 1. */
    private static final Map<String, String> UNREACHABLE = Map.of(
            "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1");

    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort());
    }

    @AfterAll
    void remove() {
        weir.close();
        upstream.close();
    }

    private static List<JsonNode> errors(Path log) throws IOException {
        List<JsonNode> errors = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            if (line.contains("\"level\":\"ERROR\"")) {
                errors.add(JSON.readTree(line));
            }
        }
        return errors;
    }

    @ParameterizedTest
    @CsvSource({
        "RegistryFunction, registry",
        "WaitFunction, registry",
        "AuthorizerFunction, authorizer",
        "FillFunction, fill",
        "RefreshFunction, refresh",
    })
    void oneLineTellsWhatTheFunctionStartsWithout(String function, String name, @TempDir Path logs) throws Exception {
        try (DeployedFunctions functions = weir.functionsWith(UNREACHABLE, logs)) {
            assertThat(functions.start(function).isReady(Duration.ofSeconds(60)))
                    .isTrue();
            List<JsonNode> errors = errors(functions.log(function));
            assertThat(errors).hasSize(1);
            assertThat(errors.get(0).path("message").asText())
                    .startsWith("function " + name + " starts without what it needs: ")
                    .contains(function.equals("AuthorizerFunction") ? "'weir/users'" : "table 'weir-table'")
                    .contains("Connection refused");
        }
    }

    @Test
    void registryAnswersWithoutItsTable(@TempDir Path logs) throws Exception {
        try (DeployedFunctions functions =
                        weir.functionsWith(Map.of("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"), logs);
                GatewayEmulator gateway = new GatewayEmulator(weir.template, 0, functions, Duration.ofSeconds(29))) {
            RegistryClient client = new RegistryClient(gateway);
            assertThat(client.send(client.asAlice("/v2/")).statusCode()).isEqualTo(200);
            HttpResponse<byte[]> pull = client.send(client.asAlice("/v2/up/a/manifests/1"));
            assertThat(pull.statusCode()).isBetween(500, 599);
            assertThat(JSON.readTree(pull.body()).at("/errors/0/code").asText()).isNotEmpty();
            assertThat(RegistryClient.header(pull, "x-amzn-ErrorType")).isEmpty();
        }
    }

    @Test
    void gatewayAnswersForAnAuthorizerWithoutItsSecret(@TempDir Path logs) throws Exception {
        try (DeployedFunctions functions =
                        weir.functionsWith(Map.of("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1"), logs);
                GatewayEmulator gateway = new GatewayEmulator(weir.template, 0, functions, Duration.ofSeconds(29))) {
            RegistryClient client = new RegistryClient(gateway);
            HttpResponse<byte[]> pull = client.send(client.asAlice("/v2/"));
            assertThat(pull.statusCode()).isEqualTo(503);
            assertThat(RegistryClient.header(pull, "x-amzn-ErrorType")).isEqualTo("AUTHORIZER_FAILURE");
            assertThat(JSON.readTree(pull.body()).at("/errors/0/code").asText()).isNotEmpty();
        }
    }
}
