package dev.weir.upstream;

import static dev.weir.time.Durations.shorter;

import dev.weir.oci.RepositoryName;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is known of failures of an upstream. An open circuit holds for every function; a failure counts until a minute went by
 * without another.
 *
 * @param failures in a row: no connection, no answer, or a 5xx
 * @param lastFailedAt when it last failed
 * @param openUntil until when the circuit is open and upstream is not asked
 * @param kind of the last failure
 * @param status of the last failure, 0 when there was none
 * @param onlyIn the repository that all failures were of; empty when there were several, or it doesn't matter
 */
public record UpstreamState(
        int failures, Instant lastFailedAt, Instant openUntil, Kind kind, int status, Optional<RepositoryName> onlyIn) {
    private static final int TOLERATED_FAILURES = 5;
    /** Of one repository, towards its account's circuit: the others must fail twice at least until it opens. */
    private static final int MOST_OF_ONE_REPOSITORY = 3;

    private static final Duration FAILURES_KEPT = Duration.ofMinutes(1);
    private static final Duration FIRST_OPEN = Duration.ofSeconds(15);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(6);
    /** Longer than a call takes with its tries. */
    private static final Duration PROBE = Duration.ofMinutes(1);

    /** To the millisecond, as the table keeps it: what was put is what is found. */
    public UpstreamState {
        lastFailedAt = lastFailedAt.truncatedTo(ChronoUnit.MILLIS);
        openUntil = openUntil.truncatedTo(ChronoUnit.MILLIS);
    }

    public boolean isOpenAt(Instant now) {
        return now.isBefore(openUntil);
    }

    /** Whether the circuit was open for failures, its time is over, and no call has succeeded since. */
    public boolean isHalfOpenAt(Instant now) {
        return failures >= TOLERATED_FAILURES && !isOpenAt(now) && now.isBefore(keptUntil());
    }

    /** Until when this state matters. */
    public Instant keptUntil() {
        return openUntil.isAfter(lastFailedAt) ? openUntil.plus(LONGEST_BACKOFF) : lastFailedAt.plus(FAILURES_KEPT);
    }

    /** While one call tries, the others are not made. */
    UpstreamState probedAt(Instant now) {
        return new UpstreamState(failures, lastFailedAt, now.plus(PROBE), kind, status, onlyIn);
    }

    /** When the one call learned nothing, the next may try. */
    UpstreamState givenBackAt(Instant now) {
        return new UpstreamState(failures, lastFailedAt, now, kind, status, onlyIn);
    }

    /** The failure that a call would meet, without making it. */
    UpstreamException circuitOpen(String action, CircuitName name, Instant now) {
        String detail =
                name + " is not asked until " + openUntil + ": " + (status == 0 ? "no answer" : "status " + status);
        Duration wait = Duration.between(now, openUntil);
        return UpstreamException.circuitOpen(kind, action, detail, status, wait.isNegative() ? Duration.ZERO : wait);
    }

    /**
     * 429 opens the circuit for as long as upstream says; five failures in a row open it for 15 s, each further one for twice as
     * long. An account's circuit opens only when more than one repository fails.
     *
     * @param repository upstream's name of the one that failed
     */
    static UpstreamState after(
            Optional<UpstreamState> before,
            CircuitName name,
            UpstreamException failure,
            RepositoryName repository,
            Instant now) {
        int status = failure.status().orElse(0);
        if (failure.kind() == Kind.RATE_LIMITED) {
            Instant until = now.plus(shorter(failure.retryAfter().orElse(FIRST_OPEN), LONGEST_RETRY_AFTER));
            Instant longest =
                    before.map(UpstreamState::openUntil).filter(until::isBefore).orElse(until);
            return new UpstreamState(0, now, longest, failure.kind(), status, Optional.empty());
        }
        Optional<UpstreamState> counted = before.filter(state -> now.isBefore(state.keptUntil()));
        boolean onlyOne = name.scope() == CircuitName.Scope.ACCOUNT
                && counted.map(state ->
                                state.onlyIn().filter(repository::equals).isPresent())
                        .orElse(true);
        int sum = 1 + counted.map(UpstreamState::failures).orElse(0);
        int failures = onlyOne ? Math.min(sum, MOST_OF_ONE_REPOSITORY) : sum;
        Instant openUntil = failures < TOLERATED_FAILURES ? now : now.plus(backoff(failures - TOLERATED_FAILURES));
        Optional<RepositoryName> onlyIn = onlyOne ? Optional.of(repository) : Optional.empty();
        return new UpstreamState(failures, now, openUntil, failure.kind(), status, onlyIn);
    }

    private static Duration backoff(int doublings) {
        return shorter(FIRST_OPEN.multipliedBy(1L << Math.min(10, doublings)), LONGEST_BACKOFF);
    }
}
