package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.access.http.HttpsDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS STS on loopback, with GetCallerIdentity only. It verifies the signature of a presigned request as STS does, for the host that the
 * client believes to call.
 *
 * <p>Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 */
public final class FakeSts implements AutoCloseable {
    /** Whose key it is. */
    public record Identity(String secret, String account, String arn, String userId) {}

    /** What is answered instead. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Instead(int status, Map<String, String> headers, byte[] body) {}

    private final HttpServer server;
    private final Map<String, Identity> identities = new ConcurrentHashMap<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private volatile List<Instead> instead = List.of();

    public FakeSts() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    /** What dials this server for whatever host of STS is asked. */
    public HttpsDocuments client() {
        return LoopbackDocuments.at(server.getAddress().getPort());
    }

    public void know(String accessKeyId, Identity identity) {
        identities.put(accessKeyId, identity);
    }

    /** From the next request on. */
    public void answerInstead(Instead... answer) {
        instead = Arrays.asList(answer);
    }

    /** The queries that were asked, undecoded. */
    public List<String> queries() {
        return queries;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            queries.add(exchange.getRequestURI().getRawQuery());
            Instead made = instead.isEmpty() ? regular(exchange) : instead.get(0);
            made.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(made.status(), made.body().length == 0 ? -1 : made.body().length);
            exchange.getResponseBody().write(made.body());
        }
    }

    private Instead regular(HttpExchange exchange) {
        Map<String, String> raw = new TreeMap<>();
        for (String parameter : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            raw.put(parts[0], parts[1]);
        }
        String[] credential = decoded(raw.getOrDefault("X-Amz-Credential", "")).split("/");
        Identity identity = identities.get(credential[0]);
        if (identity == null) {
            return json(403, error("InvalidClientTokenId"));
        }
        String registry = exchange.getRequestHeaders().getFirst("x-k8s-aws-id");
        String given = raw.remove("X-Amz-Signature");
        // A client without a region signs for the global host.
        return Stream.of("sts." + credential[2] + ".amazonaws.com", "sts.amazonaws.com")
                        .map(host -> signature(raw, credential, identity.secret(), host + "\nx-k8s-aws-id:" + registry))
                        .anyMatch(signature -> signature.equals(given))
                ? json(200, said(identity))
                : json(403, error("SignatureDoesNotMatch"));
    }

    /** @param headers after {@code host:} */
    private static String signature(Map<String, String> query, String[] credential, String secret, String headers) {
        String canonical = "GET\n/\n"
                + query.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining("&"))
                + "\nhost:" + headers + "\n\nhost;x-k8s-aws-id\n" + sha256("");
        String scope = String.join("/", Arrays.copyOfRange(credential, 1, credential.length));
        String toSign = "AWS4-HMAC-SHA256\n" + query.get("X-Amz-Date") + "\n" + scope + "\n" + sha256(canonical);
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String said(Identity identity) {
        return "{\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":{\"Account\":\"" + identity.account()
                + "\",\"Arn\":\"" + identity.arn() + "\",\"UserId\":\"" + identity.userId()
                + "\"},\"ResponseMetadata\":{\"RequestId\":\"1\"}}}";
    }

    public static String error(String code) {
        return "{\"Error\":{\"Code\":\"" + code + "\",\"Message\":\"m\",\"Type\":\"Sender\"},\"RequestId\":\"1\"}";
    }

    public static Instead json(int status, String body) {
        return new Instead(status, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
