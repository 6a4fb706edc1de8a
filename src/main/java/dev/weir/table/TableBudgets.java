package dev.weir.table;

import dev.weir.store.Budgets;
import java.time.Instant;
import java.util.Locale;

/** The principals' budgets in the table. Shape: {@link TableLayout}, {@code P#}. */
public final class TableBudgets implements Budgets {
    /** Of counts that lose against another request of the same principal; one that loses each time is not counted. */
    private static final int TRIES = 8;

    private final Table table;

    public TableBudgets(Table table) {
        this.table = table;
    }

    @Override
    public boolean take(String principal, Of what, int limit, Instant now) {
        Instant end = Budgets.nextHour(now);
        Key key = TableLayout.budget(principal, end);
        String count = what.name().toLowerCase(Locale.ROOT);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            long taken = table.find(key, Consistency.STRONG)
                    .flatMap(item -> item.findNumber(count))
                    .orElse(0L);
            if (taken >= limit) {
                return false;
            }
            Update update = Update.none().set(count, taken + 1).set(TableLayout.EXPIRES_AT, end.getEpochSecond());
            Condition unchanged = taken == 0 ? Condition.absent(count) : Condition.equalTo(count, taken);
            if (table.update(key, update, unchanged)) {
                return true;
            }
        }
        return true;
    }
}
