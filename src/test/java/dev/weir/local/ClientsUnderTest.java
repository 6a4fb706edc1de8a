package dev.weir.local;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.access.iam.EksTokens;
import dev.weir.fake.FakeIssuer;
import dev.weir.fake.FakeSts;
import dev.weir.fake.FakeUpstream;
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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local registry that asks who calls, and a shell in which the lines of {@code infra/clients} run as written: with the real AWS
 * CLI, curl and jq, and a stand-in for docker. STS, an issuer and an upstream with alpine are fakes. It speaks http, so lines with
 * {@code https://} are told so.
 */
final class ClientsUnderTest implements AutoCloseable {
    static final Path CLIENTS = Path.of("infra", "clients");
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final String PASSWORD = "pass\"word\\";

    final FakeSts sts = new FakeSts();
    final FakeIssuer issuer = new FakeIssuer();
    final FakeUpstream upstream = new FakeUpstream();
    final Path folder;
    private final LocalRegistry registry;
    private final LocalServer server;

    ClientsUnderTest(Path folder) throws IOException {
        this.folder = folder;
        for (String image : List.of("alpine:3.20", "docker:27-cli")) {
            String[] parts = image.split(":", 2);
            upstream.image("library/" + parts[0], parts[1], image.getBytes(StandardCharsets.UTF_8));
        }
        Path rules = Files.writeString(
                folder.resolve("rules.json"),
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"docker-hub\",\"upstreamRegistryUrl\":\"http://"
                        + upstream.hostAndPort() + "\"}]}");
        sts.know(
                EksTokens.ACCESS_KEY_ID,
                new FakeSts.Identity(
                        SECRET, EksTokens.ACCOUNT, "arn:aws:iam::" + EksTokens.ACCOUNT + ":user/dev", "AIDAX"));
        Map<String, String> environment = environment(rules);
        LocalSettings settings = LocalSettings.of(environment);
        registry = new LocalRegistry(settings, environment, sts.client());
        server = LocalServer.start(settings.access().address(), 0, HttpFront.of(registry, settings.hosts()));
        bin();
    }

    private Map<String, String> environment(Path rules) {
        String hash = BCrypt.withDefaults().hashToString(4, PASSWORD.toCharArray());
        String plain = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());
        return Map.of(
                "WEIR_DATA", data().toString(),
                "WEIR_RULES", rules.toString(),
                "WEIR_INSECURE_UPSTREAMS", upstream.hostAndPort(),
                "DOCKER_CONFIG", folder.toString(),
                "WEIR_USERS", "alice:" + hash + "\ndev:" + plain + "\nprod:" + plain,
                "WEIR_IDENTITIES",
                        "{\"awsAccounts\":[\"" + EksTokens.ACCOUNT
                                + "\"],\"oidcIssuers\":[{\"alias\":\"ci\",\"issuer\":\"" + FakeIssuer.ISSUER
                                + "\",\"jwks\":" + issuer.jwks() + "}]}");
    }

    private void bin() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("docker"));
        program(CLIENTS.resolve("login/weir-password"), bin.resolve("weir-password"));
        program(Path.of("src", "test", "resources", "clients", "docker"), bin.resolve("docker"));
        // Images of GitLab's jobs bring their programs in by this.
        Files.writeString(bin.resolve("apk"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(bin.resolve("apk"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void program(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Where the registry keeps its data. */
    Path data() {
        return folder.resolve("data");
    }

    String host() {
        return "localhost:" + server.port();
    }

    String url() {
        return "http://" + host();
    }

    /** An ID token of a job, made for the audience. */
    String idToken(String audience) {
        return issuer.token(FakeIssuer.claims(audience, Instant.now().getEpochSecond()));
    }

    /** A text with the words in capitals that its reader replaces. */
    String filledIn(String text) {
        return text.replace("ADMIN_URL", url())
                .replace("https://ADMIN_HOST", url())
                .replace("https://WEIR_HOST", url())
                .replace("WEIR_HOST", host())
                .replaceAll("\\bREGION\\b", "us-east-1");
    }

    /** What each of the shells below has, beside what its platform sets. */
    private Map<String, String> shell() {
        return Map.of(
                "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"),
                "DOCKER_CONFIG", folder.resolve("docker").toString(),
                "WEIR_HOST", host(),
                // For weir-password, in place of https://WEIR_HOST.
                "WEIR_URL", url(),
                "AWS_CONFIG_FILE", folder.resolve("aws-config").toString(),
                "AWS_SHARED_CREDENTIALS_FILE", folder.resolve("aws-credentials").toString());
    }

    /** What a shell has printed, errors included. */
    record Result(int code, String output) {}

    /** Runs a script in the folder, by this shell. */
    Result run(List<String> shell, Map<String, String> environment, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(shell.stream(), Stream.of("-c", script)).toList())
                .directory(folder.resolve("bin").toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(shell());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    Result bash(Map<String, String> environment, String script) throws Exception {
        return run(List.of("bash", "-o", "pipefail"), environment, script);
    }

    /** The blocks of this language in a README. */
    static List<String> blocks(Path readme, String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(readme))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    int ping(String user, String password) throws Exception {
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url() + "/v2/"))
                                .header("Authorization", "Basic " + basic)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The variables of whoever logs in in this way. */
    Map<String, String> login(String way) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "WEIR_PASSWORD", PASSWORD, "WEIR_ID_TOKEN", idToken(host()), "AWS_EC2_METADATA_DISABLED", "true"));
        if (way.equals("iam")) {
            variables.putAll(Map.of(
                    "AWS_ACCESS_KEY_ID",
                    EksTokens.ACCESS_KEY_ID,
                    "AWS_SECRET_ACCESS_KEY",
                    SECRET,
                    "AWS_DEFAULT_REGION",
                    "us-east-1"));
        }
        return variables;
    }

    @Override
    public void close() {
        server.close();
        registry.close();
        upstream.close();
        issuer.close();
        sts.close();
    }
}
