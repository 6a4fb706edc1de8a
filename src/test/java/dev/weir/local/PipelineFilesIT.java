package dev.weir.local;

import static dev.weir.local.ClientsUnderTest.CLIENTS;
import static dev.weir.local.ClientsUnderTest.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.iam.EksTokens;
import dev.weir.fake.AwsCli;
import dev.weir.fake.PlatformEndpoints;
import dev.weir.local.ClientsUnderTest.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The jobs of {@code infra/clients} as their platforms run them: each line as written, in the platform's shell, with the variables
 * that the platform sets. What a platform gives (ID tokens, metadata) comes from a stand-in; what starts a job's own container,
 * checks a repository out or installs programs is the platform's and isn't run.
 */
class PipelineFilesIT {
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ *([a-z]+\\.[A-Z_]+) *}}");
    private static final String PULLED = "(?is).*docker-content-digest: sha256:[0-9a-f]{64}.*";

    private ClientsUnderTest clients;
    private PlatformEndpoints platform;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        clients = new ClientsUnderTest(folder);
        platform = new PlatformEndpoints(clients::idToken, EksTokens.ACCESS_KEY_ID, ClientsUnderTest.SECRET);
    }

    @AfterEach
    void stop() {
        platform.close();
        clients.close();
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return map(new Yaml().load(Files.readString(CLIENTS.resolve(file))));
    }

    @SuppressWarnings("unchecked") // YAML's mappings of texts
    private static Map<String, Object> map(@Nullable Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    @SuppressWarnings("unchecked") // YAML's lists
    private static List<Object> list(@Nullable Object node) {
        return node == null ? List.of() : (List<Object>) node;
    }

    /** What a workflow's expression means in this repository. */
    private String evaluated(Object text) {
        Map<String, String> context = Map.of(
                "vars.WEIR_HOST",
                clients.host(),
                "secrets.WEIR_USER",
                "alice",
                "secrets.WEIR_PASSWORD",
                ClientsUnderTest.PASSWORD);
        return EXPRESSION
                .matcher(text.toString())
                .replaceAll(found -> Matcher.quoteReplacement(
                        context.getOrDefault(found.group(1), "no such value: " + found.group(1))));
    }

    private Map<String, String> variables(Object env) {
        Map<String, String> variables = new TreeMap<>();
        map(env).forEach((name, value) -> variables.put(name, evaluated(value)));
        return variables;
    }

    /** Runs each step by the shell that GitHub runs it by. Returns what all have printed. */
    private String runSteps(Map<String, Object> job, Map<String, String> platforms) throws Exception {
        StringBuilder output = new StringBuilder();
        for (Object node : list(job.get("steps"))) {
            Map<String, Object> step = map(node);
            if (step.containsKey("run")) {
                Map<String, String> environment = new HashMap<>(platforms);
                environment.putAll(variables(job.getOrDefault("env", Map.of())));
                environment.putAll(variables(step.getOrDefault("env", Map.of())));
                Result result = clients.run(
                        List.of("bash", "--noprofile", "--norc", "-eo", "pipefail"),
                        environment,
                        evaluated(step.getOrDefault("run", "")));
                assertThat(result.code())
                        .as(step.get("name") + ": " + result.output())
                        .isZero();
                output.append(result.output());
            }
        }
        return output.toString();
    }

    private static Map<String, Object> job(Map<String, Object> workflow) {
        return map(map(workflow.get("jobs")).get("build"));
    }

    @Test
    void aJobOfGitHubLogsInByItsIdToken() throws Exception {
        Map<String, Object> workflow = yaml("github-actions/oidc.yaml");
        assertThat(map(workflow.get("permissions"))).containsEntry("id-token", "write");
        String output = runSteps(job(workflow), platform.ofGitHub());
        assertThat(output).contains("::add-mask::ey").matches(PULLED);
    }

    @Test
    void aJobOfGitHubLogsInByAStoredPasswordAndBuildsOnWhatItPulls() throws Exception {
        Map<String, Object> job = job(yaml("github-actions/workflow.yaml"));
        String output = runSteps(job, Map.of());
        assertThat(output).contains("login ").matches(PULLED);
        assertThat(output.split("Docker-Content-Digest", -1))
                .as("a pull and a build")
                .hasSize(3);
    }

    /** The runner does this by itself, before any step. */
    @Test
    void theContainerOfAGitHubJobIsPulledByItsCredentials() throws Exception {
        Map<String, Object> container =
                map(job(yaml("github-actions/workflow.yaml")).get("container"));
        Map<String, String> credentials = variables(container.getOrDefault("credentials", Map.of()));
        Result result = clients.bash(
                Map.of(
                        "U", credentials.getOrDefault("username", ""),
                        "P", credentials.getOrDefault("password", ""),
                        "IMAGE", evaluated(container.getOrDefault("image", ""))),
                "printf %s \"$P\" | docker login \"$WEIR_HOST\" -u \"$U\" --password-stdin && docker pull \"$IMAGE\"");
        assertThat(result.output()).matches(PULLED);
    }

    @Test
    void aJobOfGitLabLogsInByItsIdToken() throws Exception {
        Map<String, Object> job = map(yaml("gitlab/gitlab-ci.yaml").get("build"));
        Map<String, String> variables = new HashMap<>();
        map(job.get("id_tokens"))
                .forEach((name, token) -> variables.put(
                        name,
                        clients.idToken(
                                clients.filledIn(String.valueOf(map(token).get("aud"))))));
        String script = String.join(
                "\n", list(job.get("script")).stream().map(Object::toString).toList());
        Result result = clients.run(List.of("sh", "-e"), variables, script);
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).matches(PULLED);
    }

    @Test
    void aBuildOfCodeBuildLogsInByItsRole() throws Exception {
        AwsCli.requireInstalled();
        Map<String, Object> phases = map(yaml("codebuild/buildspec.yaml").get("phases"));
        StringBuilder script = new StringBuilder();
        for (String phase : List.of("pre_build", "build")) {
            list(map(phases.get(phase)).get("commands"))
                    .forEach(line -> script.append(line).append('\n'));
        }
        Result result = clients.run(List.of("sh", "-e"), platform.ofCodeBuild(), script.toString());
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).matches(PULLED);
    }

    @Test
    void anEc2InstanceLogsInByItsRole() throws Exception {
        AwsCli.requireInstalled();
        String line = blocks(CLIENTS.resolve("README.md"), "sh").stream()
                .filter(block -> block.contains("\" iam"))
                .findFirst()
                .orElseThrow();
        Result result =
                clients.bash(platform.ofEc2(), line + "docker pull \"$WEIR_HOST/docker-hub/library/alpine:3.20\"");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).matches(PULLED);
    }

    @Test
    void anAwsProfileOfALaptopAsksWeirForAPassword() throws Exception {
        AwsCli.requireInstalled();
        Files.writeString(
                clients.folder.resolve("aws-config"),
                clients.filledIn(Files.readString(CLIENTS.resolve("laptop/aws-config"))));
        Files.writeString(
                clients.folder.resolve("aws-credentials"),
                "[default]\naws_access_key_id = " + EksTokens.ACCESS_KEY_ID + "\naws_secret_access_key = "
                        + ClientsUnderTest.SECRET + "\n");
        Result result = clients.bash(
                Map.of(),
                "aws ecr --profile weir get-login-password | docker login -u AWS --password-stdin \"$WEIR_HOST\""
                        + " && docker pull \"$WEIR_HOST/docker-hub/library/alpine:3.20\"");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).matches(PULLED);
    }
}
