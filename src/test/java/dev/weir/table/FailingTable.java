package dev.weir.table;

import dev.weir.store.StoreException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A table that can be made to fail, as one does that can't be reached or is throttled. */
public final class FailingTable implements Table {
    private final Table table;
    private volatile StoreException.Kind kind = StoreException.Kind.UNAVAILABLE;
    private volatile boolean fails;
    private volatile Predicate<Key> failingWrites = key -> false;
    private volatile String tooLarge = "";

    public FailingTable(Table table) {
        this.table = table;
    }

    public void fail(boolean now) {
        fails = now;
    }

    public void failAs(StoreException.Kind how) {
        kind = how;
        fails = true;
    }

    /** Reads go on, as when writes are throttled. */
    public void failWritesAs(StoreException.Kind how) {
        kind = how;
        failingWrites = key -> true;
    }

    /** As when some writes are throttled; asked once for each. */
    public FailingTable failWritesOf(Predicate<Key> which) {
        kind = StoreException.Kind.THROTTLED;
        failingWrites = which;
        return this;
    }

    /** Works again. */
    public void recover() {
        fails = false;
        failingWrites = key -> false;
        tooLarge = "";
    }

    /** A transaction on this partition takes more memory than there is. */
    public void exhaustMemoryOn(String partition) {
        tooLarge = partition;
    }

    private Table writable(Key key) {
        if (failingWrites.test(key)) {
            throw new StoreException(kind, "table 'failing': writes fail on purpose; make it stop");
        }
        return working();
    }

    private Table working() {
        if (fails) {
            throw new StoreException(kind, "table 'failing': fails on purpose; make it stop");
        }
        return table;
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        return working().find(key, consistency);
    }

    @Override
    public boolean putIf(Item item, Condition condition) {
        return writable(item.key()).putIf(item, condition);
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        return writable(key).update(key, update, condition);
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        return writable(key).deleteIf(key, condition);
    }

    @Override
    public boolean transact(List<Write> writes) {
        if (writes.stream().anyMatch(write -> write.key().pk().equals(tooLarge))) {
            throw new OutOfMemoryError("on purpose");
        }
        writes.forEach(write -> writable(write.key()));
        return working().transact(writes);
    }

    @Override
    public Iterator<Item> iterate(Query query) {
        return working().iterate(query);
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        return working().due(shard, range);
    }
}
