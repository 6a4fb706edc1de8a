package dev.weir.table;

import dev.weir.store.StoreException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A table that can be made to fail, as one does that can't be reached or is throttled. */
public final class FailingTable implements Table {
    private final Table table;
    private volatile StoreException.Kind kind = StoreException.Kind.UNAVAILABLE;
    private volatile boolean fails;
    private volatile boolean writesFail;
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
        writesFail = true;
    }

    /** Works again. */
    public void recover() {
        fails = false;
        writesFail = false;
        tooLarge = "";
    }

    /** A transaction on this partition takes more memory than there is. */
    public void exhaustMemoryOn(String partition) {
        tooLarge = partition;
    }

    private Table writable() {
        if (writesFail) {
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
        return writable().putIf(item, condition);
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        return writable().update(key, update, condition);
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        return writable().deleteIf(key, condition);
    }

    @Override
    public boolean transact(List<Write> writes) {
        if (writes.stream().anyMatch(write -> write.key().pk().equals(tooLarge))) {
            throw new OutOfMemoryError("on purpose");
        }
        return writable().transact(writes);
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
