package dev.weir.simulation;

import dev.weir.table.Condition;
import dev.weir.table.Consistency;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.Update;
import dev.weir.table.Write;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table that knows the busiest second of its busiest partition key. Units: read units of items up to 4 KB, 1 for a strong read
 * and 0.5 for another.
 */
final class CountedReads implements Table {
    private final Table table;
    private final Clock clock;
    private final Map<String, Double> thisSecond = new HashMap<>();
    private long second;
    private double most;

    CountedReads(Table table, Clock clock) {
        this.table = table;
        this.clock = clock;
    }

    double most() {
        return most;
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        long current = clock.instant().getEpochSecond();
        if (current != second) {
            thisSecond.clear();
            second = current;
        }
        double units = consistency == Consistency.STRONG ? 1 : 0.5;
        most = Math.max(most, thisSecond.merge(key.pk(), units, Double::sum));
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
    public Iterator<Item> due(char shard, Instant until) {
        return table.due(shard, until);
    }
}
