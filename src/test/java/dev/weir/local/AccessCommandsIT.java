package dev.weir.local;

import static dev.weir.local.ClientsUnderTest.CLIENTS;
import static dev.weir.local.ClientsUnderTest.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.AwsCli;
import dev.weir.local.ClientsUnderTest.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of infra/clients and infra/policies that get passwords and put policies, as written, against a local registry. */
class AccessCommandsIT {
    private static final Path README = CLIENTS.resolve("README.md");
    private static final Path POLICIES = Path.of("infra", "policies");
    private static final String IMAGE = "docker-hub/library/alpine:3.20";

    private ClientsUnderTest clients;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        AwsCli.requireInstalled();
        clients = new ClientsUnderTest(folder);
    }

    @AfterEach
    void stop() {
        clients.close();
    }

    /** The keys of a laptop's admin API. */
    private static Map<String, String> adminKeys() {
        return new HashMap<>(Map.of(
                "AWS_ACCESS_KEY_ID", "weir",
                "AWS_SECRET_ACCESS_KEY", "weir-local-secret",
                "AWS_DEFAULT_REGION", "us-east-1"));
    }

    private static List<String> twelveHours() throws IOException {
        return blocks(README, "sh").stream()
                .filter(block -> block.contains("/v2/_weir/login"))
                .toList();
    }

    @Test
    void bothWaysToAPasswordForTwelveHoursLogIn() throws Exception {
        String block = clients.filledIn(twelveHours().get(0)).replace("USER:PASSWORD", "dev:secret");
        Result result = clients.bash(adminKeys(), "set -e\n" + block + "docker pull \"$WEIR_HOST/" + IMAGE + '"');
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output().split("login -u AWS", -1)).hasSize(3);
        assertThat(result.output()).contains("Docker-Content-Digest");
    }

    @Test
    void aProfileGetsItsKeysByALogin() throws Exception {
        String profile = clients.filledIn(blocks(README, "ini").get(0)).replace("USER:PASSWORD", "dev:secret");
        Files.writeString(clients.folder.resolve("aws-config"), profile);
        Result result = clients.bash(
                Map.of("AWS_ENDPOINT_URL_ECR", clients.url() + "/ecr"),
                "aws ecr --profile weir get-login-password | docker login -u AWS --password-stdin \"$WEIR_HOST\"");
        assertThat(result.code()).as(result.output()).isZero();
    }

    private void put(String file) throws Exception {
        String line = Files.readAllLines(POLICIES.resolve("README.md")).stream()
                .filter(one -> one.strip().startsWith("aws ecr put-registry-policy"))
                .findFirst()
                .orElseThrow()
                .replace("registry-dev-prod.json", file)
                .replace("infra/policies/", POLICIES.toAbsolutePath() + "/")
                .replace("https://HOST", clients.url());
        Result result = clients.bash(adminKeys(), line);
        assertThat(result.code()).as(result.output()).isZero();
    }

    private Result pull(String user, String image) throws Exception {
        return clients.bash(
                Map.of(),
                "printf secret | docker login -u " + user
                        + " --password-stdin \"$WEIR_HOST\" && docker pull \"$WEIR_HOST/" + image + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry-dev-prod.json", "registry-quarantine.json"})
    void underEachPolicyDevImportsAndProdDoesNotGetWhatIsNew(String file) throws Exception {
        put(file);
        assertThat(pull("prod", IMAGE).output()).contains("403");
        assertThat(clients.upstream.requests()).isEmpty();
        assertThat(pull("dev", IMAGE).output()).contains("Docker-Content-Digest");
        assertThat(pull("prod", IMAGE).output()).contains("403");
    }
}
