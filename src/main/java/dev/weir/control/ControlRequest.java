package dev.weir.control;

import dev.weir.access.sigv4.SignedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of the admin API as any front hands it in.
 *
 * @param path as the client sent it, still percent-encoded, without the query: signatures cover it
 * @param query as the client sent it, without the question mark; empty without one
 * @param headers values by lower-case name
 * @param body decoded, at most {@link #MAX_BODY_BYTES}
 * @param source the client's IP address as far as the front knows; empty when it doesn't
 * @param requestId what the front calls this request in its own log
 */
@SuppressWarnings("ArrayRecordComponent") // requests are never compared
public record ControlRequest(
        String method,
        String path,
        String query,
        Map<String, List<String>> headers,
        byte[] body,
        String source,
        String requestId) {
    /** A manifest of the largest size, escaped in JSON, fits; so does Lambda's own limit. */
    public static final int MAX_BODY_BYTES = 6 * 1024 * 1024;

    /** What a signature covers. */
    public SignedRequest signed() {
        return new SignedRequest(method, path, query, headers, body);
    }

    /** The first value of a header. */
    public Optional<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of()).stream().findFirst();
    }
}
