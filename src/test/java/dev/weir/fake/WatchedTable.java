package dev.weir.fake;

import dev.weir.table.DueRange;
import dev.weir.table.Item;
import dev.weir.table.Table;
import java.util.Iterator;

/** A table whose due items are reported as they are taken. */
public final class WatchedTable extends ForwardingTable {
    private final Runnable onDueItem;

    public WatchedTable(Table table, Runnable onDueItem) {
        super(table);
        this.onDueItem = onDueItem;
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        Iterator<Item> due = super.due(shard, range);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return due.hasNext();
            }

            @Override
            public Item next() {
                onDueItem.run();
                return due.next();
            }
        };
    }
}
