package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What platforms give to the jobs and machines that they run: GitHub's ID tokens, the credentials of a CodeBuild or ECS container,
 * and those of an EC2 instance by IMDSv2.
 *
 * <p>Source: GitHub, "OpenID Connect reference"; AWS SDKs and tools reference guide, "Container credential provider" and "IMDS
 * credential provider".
 */
public final class PlatformEndpoints implements AutoCloseable {
    private static final String REQUEST_TOKEN = "request-token-of-the-job";
    private static final String INSTANCE_TOKEN = "instance-metadata-token";
    private static final String ROLE = "node";
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    private final HttpServer server;
    private final UnaryOperator<String> idTokens;
    private final String keys;

    /** @param idTokens audience → token */
    public PlatformEndpoints(UnaryOperator<String> idTokens, String accessKeyId, String secret) {
        this.idTokens = idTokens;
        this.keys = "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"" + accessKeyId
                + "\",\"SecretAccessKey\":\"" + secret + "\",\"Token\":\"session-of-the-platform\",\"LastUpdated\":\""
                + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\",\"Expiration\":\""
                + Instant.now().plus(6, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS) + "\"}";
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The variables of a job of GitHub's that may have an ID token. */
    public Map<String, String> ofGitHub() {
        return Map.of(
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                url("/id-token?api-version=2.0"),
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                REQUEST_TOKEN);
    }

    /** The variables of a build of CodeBuild's. Real builds have the path below 169.254.170.2 instead of a URL. */
    public Map<String, String> ofCodeBuild() {
        return Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", url("/container"),
                "AWS_DEFAULT_REGION", "eu-central-1",
                "AWS_REGION", "eu-central-1");
    }

    /** An EC2 instance sets none; this one leads to its metadata service, which real instances have at 169.254.169.254. */
    public Map<String, String> ofEc2() {
        return Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", url("/"));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String answer =
                    switch (path) {
                        case "/id-token" -> idToken(exchange);
                        case "/container" -> keys;
                        case "/latest/api/token" -> exchange.getRequestMethod().equals("PUT") ? INSTANCE_TOKEN : "";
                        case ROLES -> ofInstance(exchange, ROLE);
                        case ROLES + ROLE -> ofInstance(exchange, keys);
                        default -> "";
                    };
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String ofInstance(HttpExchange exchange, String answer) {
        return INSTANCE_TOKEN.equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token")) ? answer : "";
    }

    private String idToken(HttpExchange exchange) {
        String audience = exchange.getRequestURI().getQuery().replaceAll(".*&audience=", "");
        boolean isJob =
                ("bearer " + REQUEST_TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        return isJob ? "{\"count\":1,\"value\":\"" + idTokens.apply(audience) + "\"}" : "";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
