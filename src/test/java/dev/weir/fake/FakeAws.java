package dev.weir.fake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * STS, ECR, ECR Public and Secrets Manager on a real socket, as far as Weir calls them: every signature is checked, and who signed
 * is who is answered. Roles, secrets and denials are the test's to set.
 *
 * <p>Source: STS API (Query protocol); botocore's models of {@code ecr}, {@code ecr-public} and {@code secretsmanager} (JSON 1.1).
 */
public final class FakeAws implements AutoCloseable {
    /** Who Weir is to AWS. */
    public static final String OWN_ROLE = "own";

    /** How long ECR's tokens live. */
    public static final Duration TOKEN_LIFE = Duration.ofHours(12);

    private static final AwsCredentials OWN = AwsBasicCredentials.create("AKIDOWN", "own-secret");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A call.
     *
     * @param caller {@link #OWN_ROLE}, or the ARN of the role whose session signed
     * @param parameters of the Query protocol, or the JSON's text under {@code body}
     */
    public record Call(
            String service, String region, String operation, String caller, Map<String, String> parameters) {}

    /** Role → the external id that it demands, or "" for none. */
    public final Map<String, String> roles = new ConcurrentHashMap<>();
    /** ARN → text. */
    public final Map<String, String> secrets = new ConcurrentHashMap<>();
    /** What is denied, as {@code ecr:GetAuthorizationToken}. */
    public final List<String> denied = new CopyOnWriteArrayList<>();

    public final List<Call> calls = new CopyOnWriteArrayList<>();

    private final MovableClock clock;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, AwsCredentials> keys = new ConcurrentHashMap<>(Map.of(OWN.accessKeyId(), OWN));
    private final Map<String, String> callers = new ConcurrentHashMap<>(Map.of(OWN.accessKeyId(), OWN_ROLE));
    private final AtomicInteger count = new AtomicInteger();

    /** @param clock that tells when tokens expire */
    public FakeAws(MovableClock clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Clients that call nothing but this, as {@link #OWN_ROLE}. */
    public AwsClients clients() {
        return clients(OWN);
    }

    public AwsClients clients(AwsCredentials credentials) {
        return new AwsClients(
                Optional.of(new Emulator(
                        endpoint(),
                        endpoint(),
                        Optional.of(endpoint()),
                        StaticCredentialsProvider.create(credentials))),
                true);
    }

    /** Those of one operation. */
    public List<Call> calls(String operation) {
        return calls.stream().filter(call -> call.operation().equals(operation)).toList();
    }

    /** The token of ECR that the caller was given as the n-th of all, from 1. */
    public static String password(String caller, int n) {
        return "token-" + n + "-of-" + caller;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            Map<String, String> parameters = target == null ? query(body) : Map.of("body", text(body));
            String operation =
                    target == null ? parameters.getOrDefault("Action", "") : target.substring(target.indexOf('.') + 1);
            try {
                AwsSignature signature = AwsSignature.of(exchange.getRequestHeaders());
                signature.verify(exchange.getRequestHeaders(), body, key -> Optional.ofNullable(keys.get(key)));
                String caller = callers.getOrDefault(signature.accessKeyId(), "");
                Call call = new Call(signature.service(), signature.region(), operation, caller, parameters);
                calls.add(call);
                if (denied.contains(call.service() + ":" + operation)) {
                    throw new IOException(call.service().equals("sts") ? "AccessDenied" : "AccessDeniedException");
                }
                send(exchange, 200, answer(call));
            } catch (IOException e) {
                send(exchange, 400, failure(target == null, String.valueOf(e.getMessage())));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", answer.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String failure(boolean isQuery, String code) {
        return isQuery
                ? "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>"
                        + code + "</Code><Message>own-secret words</Message></Error></ErrorResponse>"
                : JSON.createObjectNode()
                        .put("__type", code)
                        .put("message", "own-secret words")
                        .toString();
    }

    private String answer(Call call) throws IOException {
        return switch (call.service() + ":" + call.operation()) {
            case "sts:AssumeRole" -> assumeRole(call.parameters());
            case "ecr:GetAuthorizationToken" -> "{\"authorizationData\":[" + token(call.caller()) + "]}";
            case "ecr-public:GetAuthorizationToken" -> "{\"authorizationData\":" + token(call.caller()) + "}";
            case "secretsmanager:GetSecretValue" -> secret(call.parameters());
            default -> throw new IOException("UnknownOperationException");
        };
    }

    private String token(String caller) {
        String pair = "AWS:" + password(caller, count.incrementAndGet());
        return JSON.createObjectNode()
                .put("authorizationToken", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .put("expiresAt", (double) clock.instant().plus(TOKEN_LIFE).getEpochSecond())
                .put("proxyEndpoint", "https://999999999999.dkr.ecr.us-east-1.amazonaws.com")
                .toString();
    }

    private String secret(Map<String, String> parameters) throws IOException {
        String arn = JSON.readTree(parameters.getOrDefault("body", ""))
                .path("SecretId")
                .asText();
        String text = secrets.get(arn);
        if (text == null) {
            throw new IOException("ResourceNotFoundException");
        }
        return JSON.createObjectNode().put("ARN", arn).put("SecretString", text).toString();
    }

    private String assumeRole(Map<String, String> parameters) throws IOException {
        String role = parameters.getOrDefault("RoleArn", "");
        String wanted = roles.get(role);
        if (wanted == null || !wanted.equals(parameters.getOrDefault("ExternalId", ""))) {
            throw new IOException("AccessDenied");
        }
        int n = count.incrementAndGet();
        AwsSessionCredentials session = AwsSessionCredentials.create("ASIA" + n, "session-secret-" + n, "session-" + n);
        keys.put(session.accessKeyId(), session);
        callers.put(session.accessKeyId(), role);
        return "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
                + "<AccessKeyId>" + session.accessKeyId() + "</AccessKeyId><SecretAccessKey>"
                + session.secretAccessKey() + "</SecretAccessKey><SessionToken>" + session.sessionToken()
                + "</SessionToken><Expiration>2100-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                + "</AssumeRoleResponse>";
    }

    private static Map<String, String> query(byte[] body) {
        Map<String, String> parameters = new TreeMap<>();
        Arrays.stream(text(body).split("&", -1))
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> parameters.put(
                        pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return parameters;
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
