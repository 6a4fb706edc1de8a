package dev.weir.fake;

import dev.weir.table.Condition;
import dev.weir.table.Consistency;
import dev.weir.table.DueRange;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.Update;
import dev.weir.table.Write;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A table that remembers its calls and who made them. Shape of a call: {@code find R#up/app T#1}, {@code transact 5}. */
public final class RecordingTable implements Table {
    private record Call(Thread thread, String what) {}

    private final Table table;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    public RecordingTable(Table table) {
        this.table = table;
    }

    /** Those of the thread that asks: each began when the one before had ended. */
    public List<String> callsInARow() {
        return calls.stream()
                .filter(call -> call.thread() == Thread.currentThread())
                .map(Call::what)
                .toList();
    }

    /** Those of all other threads. */
    public List<String> callsBeside() {
        return calls.stream()
                .filter(call -> call.thread() != Thread.currentThread())
                .map(Call::what)
                .toList();
    }

    public void forget() {
        calls.clear();
    }

    private void record(String operation, Key key) {
        calls.add(new Call(Thread.currentThread(), operation + " " + key.pk() + " " + key.sk()));
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        record("find", key);
        return table.find(key, consistency);
    }

    @Override
    public boolean putIf(Item item, Condition condition) {
        record("put", item.key());
        return table.putIf(item, condition);
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        record("update", key);
        return table.update(key, update, condition);
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        record("delete", key);
        return table.deleteIf(key, condition);
    }

    @Override
    public boolean transact(List<Write> writes) {
        calls.add(new Call(Thread.currentThread(), "transact " + writes.size()));
        return table.transact(writes);
    }

    @Override
    public Iterator<Item> iterate(Query query) {
        calls.add(new Call(Thread.currentThread(), "query " + query.pk()));
        return table.iterate(query);
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        calls.add(new Call(Thread.currentThread(), "due"));
        return table.due(shard, range);
    }
}
