package dev.weir.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The moment from which an answer is of no more use to the caller. Passed down, so that every wait on the way knows it. */
public final class Deadline {
    /** What is left of a deadline that never comes: longer than any timeout, and safe to add to any time. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Clock clock;
    private final Optional<Instant> at;

    private Deadline(Clock clock, Optional<Instant> at) {
        this.clock = clock;
        this.at = at;
    }

    /** The deadline of a caller who waits this long from now on. */
    public static Deadline in(Clock clock, Duration patience) {
        return new Deadline(clock, Optional.of(clock.instant().plus(patience)));
    }

    /** The deadline of a caller who waits for as long as it takes. */
    public static Deadline never(Clock clock) {
        return new Deadline(clock, Optional.empty());
    }

    /** The same deadline, this much later. */
    public Deadline plus(Duration later) {
        return new Deadline(clock, at.map(moment -> moment.plus(later)));
    }

    public boolean isNever() {
        return at.isEmpty();
    }

    public boolean isOver() {
        return at.isPresent() && !clock.instant().isBefore(at.get());
    }

    /** The time that is left: zero when it is over, a year when the deadline never comes. */
    public Duration left() {
        if (at.isEmpty()) {
            return LONGEST;
        }
        Duration left = Duration.between(clock.instant(), at.get());
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public String toString() {
        return at.map(Instant::toString).orElse("never");
    }
}
