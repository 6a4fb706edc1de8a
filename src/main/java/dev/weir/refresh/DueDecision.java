package dev.weir.refresh;

import java.time.Duration;
import java.time.Instant;

/** What a tick does with a tag that the index gave as due, decided from values alone. */
public enum DueDecision {
    /** Upstream is asked. */
    CHECK,
    /** The tick's time is up; the tag stays due. */
    OUT_OF_TIME,
    /** The circuit breaker of upstream is open; the tag stays due. */
    CIRCUIT_OPEN,
    /** Upstream grants few more pulls, which are kept for pulls; the tag stays due. */
    RATE_LIMIT_LOW,
    /** A pull has checked it since the index was written, or its rule's interval is longer now. */
    NOT_DUE,
    /** No client has pulled it for long: it leaves the index until one does. */
    IDLE;

    /** Whether the tag stays due, and is for the next tick. */
    boolean staysDue() {
        return this == OUT_OF_TIME || this == CIRCUIT_OPEN || this == RATE_LIMIT_LOW;
    }

    /** What needs no look at the tag. */
    static DueDecision before(boolean outOfTime, boolean circuitOpen, boolean rateLimitLow) {
        if (outOfTime) {
            return OUT_OF_TIME;
        }
        if (circuitOpen) {
            return CIRCUIT_OPEN;
        }
        return rateLimitLow ? RATE_LIMIT_LOW : CHECK;
    }

    /** What the tag's entry says. */
    static DueDecision of(Instant now, Instant dueAt, Instant pulledAt, Duration idle) {
        if (now.isBefore(dueAt)) {
            return NOT_DUE;
        }
        return now.isBefore(pulledAt.plus(idle)) ? CHECK : IDLE;
    }
}
