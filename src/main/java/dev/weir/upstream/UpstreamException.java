package dev.weir.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An upstream registry did not give what was asked. The message reads {@code resolve ghcr.io/a/b:1: 503}; it holds no
 * query string, token or password.
 */
public final class UpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as the caller's next step depends on it. */
    public enum Kind {
        /** Upstream does not have it (404). */
        NOT_FOUND,
        /** Upstream refused the rule's credentials, or wants some (401, 403). */
        UNAUTHORIZED,
        /** Upstream says too many requests (429). */
        RATE_LIMITED,
        /** No connection, a 5xx, or a body that stopped. */
        UNAVAILABLE,
        /** No answer within the time limits. */
        TIMEOUT,
        /** The answer can't be used: a wrong digest or length, not a registry's shape, a forbidden address. */
        INVALID
    }

    private enum Origin {
        UPSTREAM,
        REFUSAL,
        DEADLINE
    }

    private final Kind kind;
    private final String action;
    private final String detail;
    private final int status;
    private final transient Optional<Duration> retryAfter;
    private final Origin origin;

    /**
     * @param action what was tried on what: {@code resolve ghcr.io/a/b:1}
     * @param detail what came back: {@code 503}, {@code connection refused}
     * @param status the HTTP status, 0 when there was none
     */
    public UpstreamException(
            Kind kind,
            String action,
            String detail,
            int status,
            Optional<Duration> retryAfter,
            @Nullable Throwable cause) {
        this(kind, action, detail, status, retryAfter, cause, Origin.UPSTREAM);
    }

    private UpstreamException(
            Kind kind,
            String action,
            String detail,
            int status,
            Optional<Duration> retryAfter,
            @Nullable Throwable cause,
            Origin origin) {
        super(action + ": " + detail, cause);
        this.origin = origin;
        this.kind = kind;
        this.action = action;
        this.detail = detail;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    public UpstreamException(Kind kind, String action, String detail) {
        this(kind, action, detail, 0, Optional.empty(), null);
    }

    /** A call that was not made, because others failed. */
    public static UpstreamException refusal(Kind kind, String action, String detail, int status, Duration wait) {
        return new UpstreamException(kind, action, detail, status, Optional.of(wait), null, Origin.REFUSAL);
    }

    /** A call whose caller had too little time for it: no news of upstream. */
    public static UpstreamException outOfTime(String action, @Nullable Throwable cause) {
        return new UpstreamException(
                Kind.TIMEOUT, action, "no time is left for it", 0, Optional.empty(), cause, Origin.DEADLINE);
    }

    /** Whether upstream was not asked at all. */
    public boolean isRefusal() {
        return origin == Origin.REFUSAL;
    }

    /** Whether it was the caller's own time that ran out. */
    public boolean isOutOfTime() {
        return origin == Origin.DEADLINE;
    }

    public Kind kind() {
        return kind;
    }

    public String action() {
        return action;
    }

    public String detail() {
        return detail;
    }

    /** Upstream's HTTP status, when an answer came. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** When upstream wants to be asked again. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
