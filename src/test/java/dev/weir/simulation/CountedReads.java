package dev.weir.simulation;

import dev.weir.fake.ForwardingTable;
import dev.weir.table.Consistency;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Table;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A table that knows the busiest second of its busiest partition key. Units: read units of items up to 4 KB, 1 for a strong read
 * and 0.5 for another.
 */
final class CountedReads extends ForwardingTable {
    private final Clock clock;
    private final Map<String, Double> thisSecond = new HashMap<>();
    private long second;
    private double most;

    CountedReads(Table table, Clock clock) {
        super(table);
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
        return super.find(key, consistency);
    }
}
