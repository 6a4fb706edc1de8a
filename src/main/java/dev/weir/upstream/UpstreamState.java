package dev.weir.upstream;

import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is known of an upstream's troubles. A pause is for every function; a failure counts until a minute went by without
 * another.
 *
 * @param failures in a row: no connection, no answer, or a 5xx
 * @param lastFailedAt when it last failed
 * @param pausedUntil until when it is left alone
 * @param kind of the last failure
 * @param status of the last failure, 0 when there was none
 */
public record UpstreamState(int failures, Instant lastFailedAt, Instant pausedUntil, Kind kind, int status) {
    private static final int TOLERATED_FAILURES = 5;
    private static final Duration FAILURES_KEPT = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(6);
    /** Longer than a call takes with its tries. */
    private static final Duration PROBE = Duration.ofMinutes(1);

    /** To the millisecond, as the table keeps it: what was put is what is found. */
    public UpstreamState {
        lastFailedAt = lastFailedAt.truncatedTo(ChronoUnit.MILLIS);
        pausedUntil = pausedUntil.truncatedTo(ChronoUnit.MILLIS);
    }

    public boolean isPausedAt(Instant now) {
        return now.isBefore(pausedUntil);
    }

    /** Whether a pause for failures is over, and nobody knows yet whether it helped. */
    public boolean isHalfOpenAt(Instant now) {
        return failures >= TOLERATED_FAILURES && !isPausedAt(now) && now.isBefore(keptUntil());
    }

    /** Until when this is worth knowing. */
    public Instant keptUntil() {
        return pausedUntil.isAfter(lastFailedAt) ? pausedUntil.plus(LONGEST_BACKOFF) : lastFailedAt.plus(FAILURES_KEPT);
    }

    /** While one call finds out, the others stay away. */
    UpstreamState probedAt(Instant now) {
        return new UpstreamState(failures, lastFailedAt, now.plus(PROBE), kind, status);
    }

    /** When the one call found out nothing, the next may. */
    UpstreamState givenBackAt(Instant now) {
        return new UpstreamState(failures, lastFailedAt, now, kind, status);
    }

    /** The failure that a call would meet, without making it. */
    UpstreamException refusal(String action, UpstreamUrl upstream, Instant now) {
        String detail = upstream.authority() + " is left alone until " + pausedUntil + ": "
                + (status == 0 ? "no answer" : "status " + status);
        Duration wait = Duration.between(now, pausedUntil);
        return UpstreamException.refusal(kind, action, detail, status, wait.isNegative() ? Duration.ZERO : wait);
    }

    /** 429 pauses for as long as upstream says; five failures in a row pause for 15 s, each further one twice as long. */
    static UpstreamState after(Optional<UpstreamState> before, UpstreamException failure, Instant now) {
        int status = failure.status().orElse(0);
        if (failure.kind() == Kind.RATE_LIMITED) {
            Instant until = now.plus(min(failure.retryAfter().orElse(FIRST_PAUSE), LONGEST_RETRY_AFTER));
            Instant longest = before.filter(state -> state.kind() == Kind.RATE_LIMITED)
                    .map(UpstreamState::pausedUntil)
                    .filter(until::isBefore)
                    .orElse(until);
            int failures = before.filter(state -> now.isBefore(state.keptUntil()))
                    .map(UpstreamState::failures)
                    .orElse(0);
            return new UpstreamState(failures, now, longest, failure.kind(), status);
        }
        int failures = 1
                + before.filter(state -> now.isBefore(state.keptUntil()))
                        .map(UpstreamState::failures)
                        .orElse(0);
        Instant pausedUntil = failures < TOLERATED_FAILURES ? now : now.plus(backoff(failures - TOLERATED_FAILURES));
        return new UpstreamState(failures, now, pausedUntil, failure.kind(), status);
    }

    private static Duration backoff(int doublings) {
        return min(FIRST_PAUSE.multipliedBy(1L << Math.min(10, doublings)), LONGEST_BACKOFF);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
