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

/** A table that hands every call on; a test watches or changes some. */
public abstract class ForwardingTable implements Table {
    private final Table table;

    protected ForwardingTable(Table table) {
        this.table = table;
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        return table.find(key, consistency);
    }

    @Override
    public boolean putIf(Item item, Condition condition) {
        return table.putIf(item, condition);
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        return table.update(key, update, condition);
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        return table.deleteIf(key, condition);
    }

    @Override
    public boolean transact(List<Write> writes) {
        return table.transact(writes);
    }

    @Override
    public Iterator<Item> iterate(Query query) {
        return table.iterate(query);
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        return table.due(shard, range);
    }
}
