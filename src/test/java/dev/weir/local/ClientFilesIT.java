package dev.weir.local;

import static dev.weir.local.ClientsUnderTest.CLIENTS;
import static dev.weir.local.ClientsUnderTest.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.identity.IdentitiesDocument;
import dev.weir.fake.AwsCli;
import dev.weir.local.ClientsUnderTest.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What {@code infra/clients} tells people to copy: each file is well-formed, and each line that logs in does so, as written. */
class ClientFilesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClientsUnderTest clients;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        clients = new ClientsUnderTest(folder);
    }

    @AfterEach
    void stop() {
        clients.close();
    }

    static Stream<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(CLIENTS)) {
            return all.filter(file -> file.toString().endsWith(ending)).toList().stream();
        }
    }

    static Stream<Path> yaml() throws IOException {
        return files(".yaml");
    }

    static Stream<Path> json() throws IOException {
        return files(".json");
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void yamlIsWellFormed(Path file) throws IOException {
        Object document = new Yaml().load(Files.readString(file));
        assertThat(document).isInstanceOf(Map.class);
    }

    @ParameterizedTest
    @MethodSource("json")
    void jsonIsWellFormed(Path file) throws IOException {
        assertThat(JSON.readTree(file.toFile()).isObject()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"login/weir-password", "kubelet/weir-credential-provider"})
    void scriptsParse(String script) throws Exception {
        assertThat(clients.bash(Map.of(), "bash -n " + CLIENTS.resolve(script).toAbsolutePath())
                        .code())
                .isZero();
    }

    @Test
    void theDocumentOfIdentitiesIsOne() throws IOException {
        List<String> documents = blocks(CLIENTS.resolve("README.md"), "json");
        assertThat(documents).isNotEmpty();
        assertThat(IdentitiesDocument.parse(documents.get(0)).roles()).containsOnlyKeys("ci");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "oidc", "user"})
    void aLineThatLogsInDoesSoAsWritten(String way) throws Exception {
        String line = blocks(CLIENTS.resolve("README.md"), "sh").stream()
                .filter(block -> block.contains("\" " + way))
                .findFirst()
                .orElseThrow();
        Result result = clients.bash(login(way), line);
        assertThat(result.code()).as(result.output()).isZero();
        String[] docker = result.output().strip().split("\n", -1);
        assertThat(docker[0]).isEqualTo("login --username AWS --password-stdin " + clients.host());
        assertThat(clients.ping("AWS", docker[1])).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "oidc", "user"})
    void aWrongLoginEndsWithAnErrorAndNoPassword(String way) throws Exception {
        Map<String, String> environment = new HashMap<>(login(way));
        environment.put("WEIR_PASSWORD", "wrong");
        environment.put("WEIR_ID_TOKEN", "eyJ.x.y");
        environment.put("AWS_SECRET_ACCESS_KEY", "wrong");
        Result result = clients.bash(environment, "weir-password \"$WEIR_HOST\" " + way + " alice");
        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains("401").doesNotContain("weir-v1");
    }

    @Test
    void anAwsProfileGetsTheKeysOfASession() throws Exception {
        Map<String, String> environment = new HashMap<>(login("iam"));
        environment.put("WEIR_WHAT", "credentials");
        JsonNode keys = JSON.readTree(
                clients.bash(environment, "weir-password \"$WEIR_HOST\" iam").output());
        assertThat(keys.path("Version").asInt()).isEqualTo(1);
        assertThat(keys.path("AccessKeyId").asText()).startsWith("WEIR");
    }

    private Map<String, String> login(String way) throws Exception {
        if (way.equals("iam")) {
            AwsCli.requireInstalled();
        }
        return clients.login(way);
    }
}
