package dev.weir.upstream.http;

import static dev.weir.time.Durations.longer;
import static dev.weir.time.Durations.shorter;

import dev.weir.time.Deadline;
import dev.weir.time.RandomNumber;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides after each failure of one request whether it is tried again, and after what wait. Short rate limits are waited for as
 * often as the caller has time; other failures that may pass are tried a number of times.
 */
final class Retries {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** A limit that is said to end at once ends a little later. */
    private static final Duration SHORTEST_LIMIT = Duration.ofMillis(500);

    /** How long short limits are waited for, one after another: a pull's patience. */
    private static final Duration LONGEST_LIMITED = Duration.ofSeconds(20);

    private static final int MAX_DOUBLINGS = 2;

    private final int maxTries;
    private final Deadline deadline;
    private Duration patience;
    private int tries;

    Retries(int maxTries, Deadline deadline) {
        this.maxTries = maxTries;
        this.deadline = deadline;
        this.patience = shorter(deadline.left(), LONGEST_LIMITED);
    }

    /** Empty when the request is not tried again. */
    Optional<Duration> waitAfter(UpstreamException failure) {
        tries++;
        boolean isLimit = failure.kind() == Kind.RATE_LIMITED;
        Duration said = failure.retryAfter().orElseGet(this::backoff);
        Duration wait = isLimit ? longer(said, SHORTEST_LIMIT) : said;
        patience = patience.minus(wait);
        boolean tooLong = wait.compareTo(LONGEST_WAIT) > 0
                || wait.compareTo(deadline.left()) >= 0
                || (isLimit && patience.isNegative());
        boolean last = tooLong || failure.kind() == Kind.INVALID || (!isLimit && tries >= maxTries);
        return Optional.of(wait).filter(unused -> !last);
    }

    /** Full jitter: up to 250 ms, then up to 1 s, then up to 4 s. */
    private Duration backoff() {
        long ceiling = 250L << (2 * Math.min(MAX_DOUBLINGS, tries - 1));
        return Duration.ofMillis(RandomNumber.between(0, ceiling + 1));
    }
}
