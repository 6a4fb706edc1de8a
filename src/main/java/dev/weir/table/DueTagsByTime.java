package dev.weir.table;

import dev.weir.store.DueTag;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** Due tags of one class after the other, those of a class by the time at which they came up last; for one thread. */
final class DueTagsByTime implements Iterator<DueTag> {
    private static final Logger LOG = System.getLogger(DueTagsByTime.class.getName());

    private final Table table;
    private final Deque<List<DueRange>> classes;
    private final Runnable reading;
    private final PriorityQueue<Run> runs = new PriorityQueue<>(Comparator.comparing(Run::cameUpAt));

    DueTagsByTime(Table table, List<List<DueRange>> classes, Runnable reading) {
        this.table = table;
        this.reading = reading;
        this.classes = new ArrayDeque<>(classes);
    }

    /**
     * What is left of one shard's part of a class.
     *
     * @param cameUpAt when it was the head's time of day for the last time
     */
    private record Run(DueTag head, Instant cameUpAt, Iterator<Item> rest, Instant until) {}

    @Override
    public boolean hasNext() {
        while (runs.isEmpty() && !classes.isEmpty()) {
            for (DueRange range : classes.remove()) {
                TableLayout.DUE_SHARDS.chars().forEach(shard -> {
                    reading.run();
                    take(table.due((char) shard, range), range.until());
                });
            }
        }
        return !runs.isEmpty();
    }

    @Override
    public DueTag next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Run first = runs.remove();
        take(first.rest(), first.until());
        return first.head();
    }

    private void take(Iterator<Item> rest, Instant until) {
        while (rest.hasNext()) {
            Item item = rest.next();
            try {
                DueTag due = new DueTag(
                        TableLayout.repositoryOf(item.key()),
                        TableLayout.tagOf(item.key()),
                        item.instant(TableLayout.DUE_AT));
                runs.add(new Run(due, TimesOfDay.latest(item.number(TableLayout.DUE_TIME), until), rest, until));
                return;
            } catch (IllegalArgumentException | IllegalStateException e) {
                // One item that another program wrote must not end every tick.
                LOG.log(Level.ERROR, "item {0} is not a tag, it is left out: {1}", item.key(), e.getMessage());
            }
        }
    }
}
