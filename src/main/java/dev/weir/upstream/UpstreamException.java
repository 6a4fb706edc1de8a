package dev.weir.upstream;

import dev.weir.oci.Printable;
import dev.weir.time.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An upstream registry did not give what was asked. The message reads {@code resolve ghcr.io/a/b:1: status 503}; it holds no
 * query string, token or password, and upstream's own words are cut and made printable.
 */
public final class UpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int MAX_DETAIL = 200;
    /** No upstream limits for longer; a longer wait is a mistake or an attack. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(6);

    /** What went wrong, as far as the caller's next step depends on it. */
    public enum Kind {
        /** Upstream does not have it (404). */
        NOT_FOUND,
        /** Upstream denies the rule's credentials, or wants some (401, 403). */
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

    /** How the failure came about, and so whether it says anything of upstream. */
    public enum Origin {
        /** Upstream was asked: it answered so, or did not answer. */
        ANSWERED,
        /** Upstream was not asked: its circuit breaker is open. */
        CIRCUIT_OPEN,
        /** The caller's own time ran out: nothing is known of upstream. */
        OUT_OF_TIME
    }

    private final Kind kind;
    private final Origin origin;
    private final String action;
    private final String detail;
    private final int status;
    private final transient Optional<Duration> retryAfter;

    private UpstreamException(
            Kind kind,
            Origin origin,
            String action,
            String detail,
            int status,
            Optional<Duration> retryAfter,
            @Nullable Throwable cause) {
        super(action + ": " + Printable.of(detail, MAX_DETAIL), cause);
        this.kind = kind;
        this.origin = origin;
        this.action = action;
        this.detail = Printable.of(detail, MAX_DETAIL);
        this.status = status;
        this.retryAfter =
                retryAfter.filter(wait -> !wait.isNegative()).map(wait -> Durations.shorter(wait, LONGEST_RETRY_AFTER));
    }

    /**
     * Upstream was asked, and no answer with a status tells more.
     *
     * @param action what was tried on what: {@code resolve ghcr.io/a/b:1}
     * @param detail what came back: {@code connection refused}
     */
    public static UpstreamException of(Kind kind, String action, String detail) {
        return answered(kind, action, detail, 0, Optional.empty());
    }

    public static UpstreamException of(Kind kind, String action, String detail, Throwable cause) {
        return new UpstreamException(kind, Origin.ANSWERED, action, detail, 0, Optional.empty(), cause);
    }

    /** @param status the HTTP status, 0 when there was none */
    public static UpstreamException answered(
            Kind kind, String action, String detail, int status, Optional<Duration> retryAfter) {
        return new UpstreamException(kind, Origin.ANSWERED, action, detail, status, retryAfter, null);
    }

    /** A call that was not made, because the circuit breaker is open. */
    static UpstreamException circuitOpen(Kind kind, String action, String detail, int status, Duration wait) {
        return new UpstreamException(kind, Origin.CIRCUIT_OPEN, action, detail, status, Optional.of(wait), null);
    }

    /** A call whose caller had too little time for it. */
    public static UpstreamException outOfTime(String action, @Nullable Throwable cause) {
        return new UpstreamException(
                Kind.TIMEOUT, Origin.OUT_OF_TIME, action, "no time is left for it", 0, Optional.empty(), cause);
    }

    public Kind kind() {
        return kind;
    }

    public Origin origin() {
        return origin;
    }

    /** Whether it was the caller's own time that ran out. */
    public boolean isOutOfTime() {
        return origin == Origin.OUT_OF_TIME;
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

    /** When upstream wants to be asked again, at most six hours. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
