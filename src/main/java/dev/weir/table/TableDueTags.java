package dev.weir.table;

import dev.weir.store.DueTag;
import dev.weir.store.DueTags;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;

/**
 * The index of due tags, its shards merged by time. Shape: {@link TableLayout#DUE_INDEX}.
 *
 * <p>The index has a tag at the time of day of its next check, which a check does not change when its interval is a day or days: so it
 * costs no move in the index. Read are the times of day that came since the last tick, and the hour before them: the index is
 * eventually consistent. What is missed nevertheless comes up a day later.
 */
public final class TableDueTags implements DueTags {
    private static final Duration OVERLAP = Duration.ofHours(1);

    private final Table table;

    public TableDueTags(Table table) {
        this.table = table;
    }

    @Override
    public Iterator<DueTag> due(Instant now, Runnable reading) {
        Instant done = table.find(TableLayout.REFRESH_DONE, Consistency.STRONG)
                .flatMap(item -> item.findInstant(TableLayout.AT))
                .orElse(Instant.EPOCH);
        Instant after = (done.isAfter(now) ? now : done).minus(OVERLAP);
        return new DueTagsByTime(table, DueRange.since(after, now), reading);
    }

    @Override
    public void rememberDone(Instant until) {
        BestEffort.run(
                "note of what refresh has done",
                () -> table.put(Item.at(TableLayout.REFRESH_DONE).with(TableLayout.AT, until)));
    }
}
