package dev.weir.local;

import static dev.weir.local.ClientsUnderTest.CLIENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.token.PullSecretRotation;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.SigningKey;
import dev.weir.access.token.SigningKeySet;
import dev.weir.deployed.aws.AwsStandIn;
import dev.weir.fake.AwsCli;
import dev.weir.local.ClientsUnderTest.Result;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The files of {@code infra/clients} for nodes and services: what is a program runs as written, what kubelet and ECS read has their
 * fields. Kubelet, nodeadm and ECS themselves don't run here; kubelet's stock plugin does in {@code .ci/e2e}.
 */
class NodeFilesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The fields of a kind; lists and values of no further kind have none. Source: Kubernetes reference, "Kubelet Configuration (v1)".
     */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "", Set.of("apiVersion", "kind", "providers"),
            "providers",
                    Set.of(
                            "name",
                            "apiVersion",
                            "matchImages",
                            "defaultCacheDuration",
                            "args",
                            "env",
                            "tokenAttributes"),
            "env", Set.of("name", "value"),
            "tokenAttributes",
                    Set.of(
                            "serviceAccountTokenAudience",
                            "cacheType",
                            "requireServiceAccount",
                            "requiredServiceAccountAnnotationKeys",
                            "optionalServiceAccountAnnotationKeys"));

    private ClientsUnderTest clients;
    private AwsStandIn aws;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        clients = new ClientsUnderTest(folder);
        aws = new AwsStandIn(Template.load(), Optional.empty());
    }

    @AfterEach
    void stop() {
        aws.close();
        clients.close();
    }

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Yaml().load(text));
    }

    private static void assertKubeletTakes(JsonNode config) {
        assertThat(config.path("apiVersion").asText()).isEqualTo("kubelet.config.k8s.io/v1");
        assertThat(config.path("kind").asText()).isEqualTo("CredentialProviderConfig");
        assertFields("", config);
        for (JsonNode provider : config.path("providers")) {
            assertThat(provider.path("name").asText()).matches("[a-z0-9-]+");
            assertThat(provider.path("apiVersion").asText()).isEqualTo("credentialprovider.kubelet.k8s.io/v1");
            assertThat(provider.path("matchImages")).isNotEmpty();
            assertThat(provider.path("defaultCacheDuration").asText()).matches("[0-9]+[hms]");
            if (provider.has("tokenAttributes")) {
                assertThat(provider.at("/tokenAttributes/cacheType").asText()).isIn("Token", "ServiceAccount");
                assertThat(provider.at("/tokenAttributes/requireServiceAccount").isBoolean())
                        .isTrue();
            }
        }
        assertThat(config.path("providers"))
                .extracting(provider -> provider.path("name").asText())
                .doesNotHaveDuplicates();
    }

    /** Kubelet decodes strictly: a field that it doesn't know keeps it from starting. */
    private static void assertFields(String kind, JsonNode node) {
        if (node.isArray()) {
            node.forEach(one -> assertFields(kind, one));
        } else if (node.isObject()) {
            assertThat(FIELDS.getOrDefault(kind, Set.of())).as(kind).containsAll(node::fieldNames);
            node.properties().forEach(field -> assertFields(field.getKey(), field.getValue()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"credential-provider-config.yaml", "service-account-provider-config.yaml"})
    void aConfigurationOfKubeletHasItsFields(String file) throws IOException {
        assertKubeletTakes(yaml(Files.readString(CLIENTS.resolve("kubelet").resolve(file))));
    }

    /** What nodeadm does with its part is not run; the shell's part is, below a folder instead of the root. */
    @Test
    void theUserDataOfAnEksNodeMakesWhatItsFlagsLeadTo() throws Exception {
        Path script = CLIENTS.resolve("kubelet/weir-credential-provider");
        String root = clients.folder.resolve("node").toString();
        String[] parts = clients.filledIn(Files.readString(CLIENTS.resolve("kubelet/eks-user-data.txt")))
                .replace("PROVIDER_BASE64\n", Base64.getEncoder().encodeToString(Files.readAllBytes(script)) + "\n")
                .replace("/etc/", root + "/etc/")
                .split("--//(--)?\n", -1);
        String shell = parts[1].substring(parts[1].indexOf("\n\n"));
        Files.createDirectories(Path.of(root, "etc"));
        Result result = clients.bash(Map.of(), shell);
        assertThat(result.code()).as(result.output()).isZero();

        JsonNode flags = yaml(parts[2].substring(parts[2].indexOf("\n\n"))).at("/spec/kubelet/flags");
        Map<String, Path> files = new HashMap<>();
        flags.forEach(flag ->
                files.put(flag.asText().split("=", 2)[0], Path.of(flag.asText().split("=", 2)[1])));
        JsonNode config =
                yaml(Files.readString(files.getOrDefault("--image-credential-provider-config", Path.of(root))));
        assertKubeletTakes(config);
        Path programs = files.getOrDefault("--image-credential-provider-bin-dir", Path.of(root));
        for (JsonNode provider : config.path("providers")) {
            Path program = programs.resolve(provider.path("name").asText());
            assertThat(Files.exists(program, LinkOption.NOFOLLOW_LINKS))
                    .as(program.toString())
                    .isTrue();
        }
        assertThat(programs.resolve("weir-credential-provider")).isExecutable().hasSameBinaryContentAs(script);
    }

    /** The secret is written as Weir writes {@code STACK/pull/NAME}, and signed by the key of this registry. */
    private String rotatedSecret() throws IOException {
        byte[] key = Files.readAllBytes(clients.data().resolve("signing.key"));
        SigningKeySet keys = new SigningKeySet(
                List.of(new SigningKey("local", HexFormat.of().formatHex(key), Instant.EPOCH)), Map.of());
        Map<String, String> secrets = new HashMap<>();
        new PullSecretRotation(new SignedTokens(() -> keys, Clock.systemUTC()), secrets::put, List.of("team-a"))
                .rotate();
        return secrets.getOrDefault("team-a", "");
    }

    @Test
    void kubeletsProviderAnswersWithThePasswordOfASecretThatWeirRotates() throws Exception {
        AwsCli.requireInstalled();
        aws.putSecret("weir/pull", rotatedSecret());
        JsonNode provider = yaml(clients.filledIn(
                        Files.readString(CLIENTS.resolve("kubelet/credential-provider-config.yaml"))))
                .at("/providers/0");
        Map<String, String> environment = new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL", aws.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", "AKIDNODE",
                "AWS_SECRET_ACCESS_KEY", "secret-of-the-node"));
        provider.path("env")
                .forEach(one -> environment.put(
                        one.path("name").asText(), one.path("value").asText()));
        ClientsUnderTest.program(
                CLIENTS.resolve("kubelet/weir-credential-provider"),
                clients.folder.resolve("bin/weir-credential-provider"));
        Result result = clients.bash(
                environment,
                "echo '{\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"kind\":\"CredentialProviderRequest\","
                        + "\"image\":\"'\"$WEIR_HOST\"'/docker-hub/library/alpine:3.20\"}' | weir-credential-provider");
        assertThat(result.code()).as(result.output()).isZero();
        JsonNode answer = JSON.readTree(result.output());
        assertThat(answer.path("apiVersion")).isEqualTo(provider.path("apiVersion"));
        assertThat(answer.path("kind").asText()).isEqualTo("CredentialProviderResponse");
        assertThat(answer.path("cacheKeyType").asText()).isIn("Image", "Registry", "Global");
        JsonNode login = answer.path("auth").path(clients.host());
        assertThat(login.size()).isEqualTo(2);
        assertThat(clients.ping(
                        login.path("username").asText(), login.path("password").asText()))
                .isEqualTo(200);
    }

    /** ECS reads the members username and password of the secret that its task definition names, as CodeBuild does. */
    @Test
    void theSecretOfATaskIsOneThatLogsIn() throws Exception {
        JsonNode container = JSON.readTree(
                        CLIENTS.resolve("ecs/task-definition.json").toFile())
                .at("/containerDefinitions/0");
        assertThat(container.path("image").asText()).startsWith("WEIR_HOST/docker-hub/");
        assertThat(container.at("/repositoryCredentials/credentialsParameter").asText())
                .matches("arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:weir/pull.*");
        JsonNode secret = JSON.readTree(rotatedSecret());
        assertThat(secret.fieldNames()).toIterable().containsExactlyInAnyOrder("username", "password");
        assertThat(clients.ping(
                        secret.path("username").asText(),
                        secret.path("password").asText()))
                .isEqualTo(200);
    }
}
