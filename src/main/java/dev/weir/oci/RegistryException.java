package dev.weir.oci;

import java.time.Duration;
import java.util.Optional;

/**
 * Ends a request with one error of the distribution spec. Thrown anywhere below the registry handler, caught once, there.
 *
 * <p>The message reaches the client: it says what was tried, on what, and what came back, and holds no secret.
 */
public class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Optional<Duration> retryAfter;

    public RegistryException(ErrorCode code, String message) {
        this(code, message, Optional.empty(), null);
    }

    /** @param retryAfter when the client may come back; leaves as {@code Retry-After} */
    public RegistryException(
            ErrorCode code,
            String message,
            Optional<Duration> retryAfter,
            @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public ErrorCode code() {
        return code;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
