package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.iam.EksTokens;
import dev.weir.access.identity.IdentitiesDocument;
import dev.weir.fake.AwsCli;
import dev.weir.fake.FakeIssuer;
import dev.weir.fake.FakeSts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    private static final Path CLIENTS = Path.of("infra", "clients");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeSts sts = new FakeSts();
    private final FakeIssuer issuer = new FakeIssuer();
    private Path folder;
    private LocalRegistry registry;
    private LocalServer server;

    @BeforeEach
    void start(@TempDir Path data) throws IOException {
        folder = data;
        Path rules = Files.writeString(data.resolve("rules.json"), "{\"pullThroughCacheRules\":[]}");
        sts.know(
                EksTokens.ACCESS_KEY_ID,
                new FakeSts.Identity(
                        SECRET, EksTokens.ACCOUNT, "arn:aws:iam::" + EksTokens.ACCOUNT + ":user/dev", "AIDAX"));
        Map<String, String> environment = Map.of(
                "WEIR_DATA",
                data.resolve("data").toString(),
                "WEIR_RULES",
                rules.toString(),
                "WEIR_USERS",
                "alice:" + BCrypt.withDefaults().hashToString(4, "pass\"word\\".toCharArray()),
                "WEIR_IDENTITIES",
                "{\"awsAccounts\":[\"" + EksTokens.ACCOUNT + "\"],\"oidcIssuers\":[{\"alias\":\"ci\",\"issuer\":\""
                        + FakeIssuer.ISSUER + "\",\"jwks\":" + issuer.jwks() + "}]}");
        LocalSettings settings = LocalSettings.of(environment);
        registry = new LocalRegistry(settings, environment, sts.client());
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
        sts.close();
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
        assertThat(run(Map.of(), "bash -n " + CLIENTS.resolve(script)).code()).isZero();
    }

    @Test
    void theDocumentOfIdentitiesIsOne() throws IOException {
        List<String> documents = blocks("json");
        assertThat(documents).isNotEmpty();
        assertThat(IdentitiesDocument.parse(documents.get(0)).roles()).containsOnlyKeys("ci");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "oidc", "user"})
    void aLineThatLogsInDoesSoAsWritten(String way) throws Exception {
        String line = blocks("sh").stream()
                .filter(block -> block.contains("\" " + way))
                .findFirst()
                .orElseThrow();
        Result result = run(login(way), line);
        assertThat(result.code()).as(result.output()).isZero();
        String[] docker = result.output().strip().split("\n", -1);
        assertThat(docker[0]).isEqualTo("login --username AWS --password-stdin " + host());
        assertThat(ping("AWS", docker[1])).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "oidc", "user"})
    void aWrongLoginEndsWithAnErrorAndNoPassword(String way) throws Exception {
        Map<String, String> environment = new HashMap<>(login(way));
        environment.put("WEIR_PASSWORD", "wrong");
        environment.put("WEIR_ID_TOKEN", "eyJ.x.y");
        environment.put("AWS_SECRET_ACCESS_KEY", "wrong");
        Result result = run(environment, "weir-password \"$WEIR_HOST\" " + way + " alice");
        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains("401").doesNotContain("weir-v1");
    }

    @Test
    void anAwsProfileGetsTheKeysOfASession() throws Exception {
        Map<String, String> environment = new HashMap<>(login("iam"));
        environment.put("WEIR_WHAT", "credentials");
        JsonNode keys = JSON.readTree(
                run(environment, "weir-password \"$WEIR_HOST\" iam").output());
        assertThat(keys.path("Version").asInt()).isEqualTo(1);
        assertThat(keys.path("AccessKeyId").asText()).startsWith("WEIR");
    }

    private String host() {
        return "localhost:" + server.port();
    }

    private Map<String, String> login(String way) throws Exception {
        if (way.equals("iam")) {
            // Skips the test where there is no AWS CLI.
            AwsCli.eksToken(host(), EksTokens.ACCESS_KEY_ID, SECRET);
        }
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.copy(
                CLIENTS.resolve("login/weir-password"),
                bin.resolve("weir-password"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        Path docker = Files.writeString(bin.resolve("docker"), "#!/bin/sh\necho \"$@\"\ncat\n");
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of(
                "PATH",
                bin + ":" + System.getenv("PATH"),
                "WEIR_HOST",
                host(),
                "WEIR_URL",
                "http://" + host(),
                "WEIR_PASSWORD",
                "pass\"word\\",
                "WEIR_ID_TOKEN",
                issuer.token(FakeIssuer.claims(host(), Instant.now().getEpochSecond())),
                "AWS_ACCESS_KEY_ID",
                EksTokens.ACCESS_KEY_ID,
                "AWS_SECRET_ACCESS_KEY",
                SECRET,
                "AWS_DEFAULT_REGION",
                "us-east-1",
                "AWS_EC2_METADATA_DISABLED",
                "true");
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(CLIENTS.resolve("README.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    private int ping(String user, String password) throws Exception {
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + host() + "/v2/"))
                                .header("Authorization", "Basic " + basic)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** What a shell has printed, errors included. */
    private record Result(int code, String output) {}

    private static Result run(Map<String, String> environment, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", script).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
