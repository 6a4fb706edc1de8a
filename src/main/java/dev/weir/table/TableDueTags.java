package dev.weir.table;

import dev.weir.store.DueTag;
import dev.weir.store.DueTags;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** The index of due tags, its shards merged by time. Shape: {@link TableLayout#DUE_INDEX}. Eventually consistent, as any such index is. */
public final class TableDueTags implements DueTags {
    private static final Logger LOG = System.getLogger(TableDueTags.class.getName());

    private final Table table;

    public TableDueTags(Table table) {
        this.table = table;
    }

    @Override
    public Iterator<DueTag> due(Instant now) {
        PriorityQueue<Shard> shards =
                new PriorityQueue<>(Comparator.comparing(shard -> shard.head().dueAt()));
        TableLayout.DUE_SHARDS.chars().forEach(shard -> take(shards, table.due((char) shard, now)));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !shards.isEmpty();
            }

            @Override
            public DueTag next() {
                Shard oldest = shards.poll();
                if (oldest == null) {
                    throw new NoSuchElementException();
                }
                take(shards, oldest.rest());
                return oldest.head();
            }
        };
    }

    private record Shard(DueTag head, Iterator<Item> rest) {}

    private static void take(PriorityQueue<Shard> shards, Iterator<Item> rest) {
        while (rest.hasNext()) {
            Item item = rest.next();
            try {
                DueTag due = new DueTag(
                        TableLayout.repositoryOf(item.key()),
                        TableLayout.tagOf(item.key()),
                        item.instant(TableLayout.DUE_AT));
                shards.add(new Shard(due, rest));
                return;
            } catch (IllegalArgumentException | IllegalStateException e) {
                // One item that another program wrote must not end every tick.
                LOG.log(Level.ERROR, "item {0} is not a tag, it is left out: {1}", item.key(), e.getMessage());
            }
        }
    }
}
