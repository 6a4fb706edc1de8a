package dev.weir.table;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tags of the index of due tags.
 *
 * @param times where the index has them
 * @param after their {@code dueAt} is later
 * @param until their {@code dueAt} is not later
 */
public record DueRange(TimesOfDay times, Instant after, Instant until) {
    /**
     * Days by which the classes of late tags are late. Each class comes before those that are less late, so that a tag that is left due,
     * because upstream grants few calls, has its turn before those that had theirs since. Later than 32 days it is the time of day
     * that counts, but then a tag is idle unless it is pulled.
     */
    private static final List<Integer> DAYS_LATE = List.of(32, 16, 8, 4, 2, 1);

    private static final Instant EVER = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Duration DAY = Duration.ofDays(1);

    public boolean contains(Instant dueAt) {
        return dueAt.isAfter(after) && !dueAt.isAfter(until);
    }

    /** All that came due by now, when what came due by {@code done} is done: by how late they are, and then by the time of day. */
    static List<List<DueRange>> since(Instant done, Instant now) {
        List<List<DueRange>> classes = new ArrayList<>();
        Instant after = EVER;
        for (int days : DAYS_LATE) {
            Instant until = now.minus(DAY.multipliedBy(days));
            if (done.isBefore(until)) {
                classes.add(ofClass(until.minus(DAY), after, until));
                after = until;
            }
        }
        classes.add(ofClass(done, after, now));
        return classes;
    }

    private static List<DueRange> ofClass(Instant timesAfter, Instant after, Instant until) {
        return TimesOfDay.between(timesAfter, until).stream()
                .map(times -> new DueRange(times, after, until))
                .toList();
    }
}
