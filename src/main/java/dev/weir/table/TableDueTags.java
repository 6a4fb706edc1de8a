package dev.weir.table;

import dev.weir.store.DueTag;
import dev.weir.store.DueTags;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * The index of due tags, its shards merged by time. Shape: {@link TableLayout#DUE_INDEX}.
 *
 * <p>The index has a tag at the time of day of its next check, which a check does not change when its interval is a day or days: so it
 * costs no move in the index. Read are the times of day that came since the last tick, and the hour before them: the index is
 * eventually consistent. What is missed nevertheless comes up a day later.
 */
public final class TableDueTags implements DueTags {
    private static final Duration OVERLAP = Duration.ofHours(1);

    private static final Logger LOG = System.getLogger(TableDueTags.class.getName());

    private final Table table;

    public TableDueTags(Table table) {
        this.table = table;
    }

    @Override
    public Iterator<DueTag> due(Instant now) {
        Instant done = table.find(TableLayout.REFRESH_DONE, Consistency.STRONG)
                .map(item -> item.instant(TableLayout.AT))
                .orElse(Instant.EPOCH);
        PriorityQueue<Run> runs = new PriorityQueue<>(Comparator.comparing(Run::cameUpAt));
        TimesOfDay.between((done.isAfter(now) ? now : done).minus(OVERLAP), now).forEach(times -> TableLayout.DUE_SHARDS
                .chars()
                .forEach(shard -> take(runs, table.due((char) shard, times), now)));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !runs.isEmpty();
            }

            @Override
            public DueTag next() {
                Run oldest = runs.poll();
                if (oldest == null) {
                    throw new NoSuchElementException();
                }
                take(runs, oldest.rest(), now);
                return oldest.head();
            }
        };
    }

    @Override
    public void rememberDone(Instant until) {
        table.put(Item.at(TableLayout.REFRESH_DONE).with(TableLayout.AT, until));
    }

    /**
     * What is left of one shard's times.
     *
     * @param cameUpAt when it was the head's time of day for the last time
     */
    private record Run(DueTag head, Instant cameUpAt, Iterator<Item> rest) {}

    private static void take(PriorityQueue<Run> runs, Iterator<Item> rest, Instant now) {
        while (rest.hasNext()) {
            Item item = rest.next();
            try {
                Instant dueAt = item.instant(TableLayout.DUE_AT);
                if (!dueAt.isAfter(now)) {
                    DueTag due = new DueTag(TableLayout.repositoryOf(item.key()), TableLayout.tagOf(item.key()), dueAt);
                    runs.add(new Run(due, TimesOfDay.latest(item.number(TableLayout.DUE_TIME), now), rest));
                    return;
                }
            } catch (IllegalArgumentException | IllegalStateException e) {
                // One item that another program wrote must not end every tick.
                LOG.log(Level.ERROR, "item {0} is not a tag, it is left out: {1}", item.key(), e.getMessage());
            }
        }
    }
}
