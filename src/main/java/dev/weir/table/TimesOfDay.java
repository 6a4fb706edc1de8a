package dev.weir.table;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A part of each day: the times from the first to the last, both included.
 *
 * <p>Units: milliseconds since midnight, UTC.
 */
public record TimesOfDay(long first, long last) {
    private static final long DAY = Duration.ofDays(1).toMillis();

    public static final TimesOfDay ALL = new TimesOfDay(0, DAY - 1);

    /** The time of day of an instant. */
    public static long of(Instant instant) {
        return Math.floorMod(instant.toEpochMilli(), DAY);
    }

    /** The times of day that came later than {@code after} and at {@code until} at the latest, in their order; a day's at most. */
    static List<TimesOfDay> between(Instant after, Instant until) {
        if (!after.isBefore(until)) {
            return List.of();
        }
        Instant aDayBefore = until.minusMillis(DAY);
        long first = of((after.isBefore(aDayBefore) ? aDayBefore : after).plusMillis(1));
        long last = of(until);
        return first <= last
                ? List.of(new TimesOfDay(first, last))
                : List.of(new TimesOfDay(first, ALL.last), new TimesOfDay(ALL.first, last));
    }

    /** When it was this time of day for the last time, as of {@code now}. */
    static Instant latest(long timeOfDay, Instant now) {
        return now.minusMillis(Math.floorMod(of(now) - timeOfDay, DAY));
    }
}
