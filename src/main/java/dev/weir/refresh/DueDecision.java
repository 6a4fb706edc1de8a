package dev.weir.refresh;

import dev.weir.upstream.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a tick does with a tag that the index gave as due, decided from values alone. */
public enum DueDecision {
    /** Upstream is asked. */
    CHECK,
    /** A pull has checked it since the index was written. */
    NOT_DUE,
    /** Nobody pulls it: it leaves the index until somebody does. */
    IDLE,
    /** Upstream is left alone for now; the tag stays due. */
    PAUSED,
    /** Upstream grants few more pulls, which are left to pulls; the tag stays due. */
    RATE_LIMIT_LOW;

    /**
     * @param due whether the tag's entry still says so
     * @param rateLimit what upstream said during this tick
     */
    static DueDecision of(
            Instant now, boolean due, Instant pulledAt, Duration idle, boolean paused, Optional<RateLimit> rateLimit) {
        if (!due) {
            return NOT_DUE;
        }
        if (!now.isBefore(pulledAt.plus(idle))) {
            return IDLE;
        }
        if (paused) {
            return PAUSED;
        }
        return rateLimit.filter(RateLimit::isLow).isPresent() ? RATE_LIMIT_LOW : CHECK;
    }
}
