package dev.weir.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.Printable;
import dev.weir.oci.RegistryException;
import dev.weir.pull.CacheStatus;
import dev.weir.pull.PullFailedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An answer being made. Each names the API that it speaks, and how the cache came by it. */
final class Reply {
    static final String JSON = "application/json";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_WARNING = 500;

    private final int status;
    private final Map<String, String> headers = new TreeMap<>();
    private final byte[] body;

    Reply(int status, CacheStatus cacheStatus, byte[] body) {
        this.status = status;
        this.body = body;
        header("Docker-Distribution-Api-Version", "registry/2.0");
        header("Cache-Status", cacheStatus.toString());
        header("X-Content-Type-Options", "nosniff");
        header("Content-Length", Integer.toString(body.length));
    }

    static Reply json(int status, CacheStatus cacheStatus, Object value) {
        return new Reply(status, cacheStatus, bytes(value)).header("Content-Type", JSON);
    }

    /** The spec's error JSON. */
    static Reply error(RegistryException e) {
        CacheStatus cacheStatus = e instanceof PullFailedException failed
                ? failed.status()
                : CacheStatus.notConsulted(e.code().name());
        Map<String, Object> error = Map.of(
                "code",
                e.code().name(),
                "message",
                String.valueOf(e.getMessage()),
                "detail",
                e.code().defaultMessage());
        Reply reply = json(e.code().status(), cacheStatus, Map.of("errors", List.of(error)));
        e.retryAfter().ifPresent(wait -> reply.header("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
        return switch (e.code()) {
            case UNSUPPORTED -> reply.header("Allow", "GET, HEAD");
            case UNAUTHORIZED -> reply.header("WWW-Authenticate", "Basic realm=\"weir\"");
            default -> reply;
        };
    }

    Reply header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Tells a person what a client can't see. Source: distribution-spec 1.1, "Warnings". */
    Reply warning(String text) {
        String printable = Printable.of(text, MAX_WARNING).replace("\\", "/").replace('"', '\'');
        return header("Warning", "299 - \"" + printable + "\"");
    }

    String cacheStatus() {
        return headers.getOrDefault("Cache-Status", "");
    }

    int status() {
        return status;
    }

    /** The answer for a front to send; what it holds for HEAD is said there. */
    RegistryResponse response() {
        return new RegistryResponse(status, headers, body);
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
