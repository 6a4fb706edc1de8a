package dev.weir.table;

import dev.weir.store.Budgets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The principals' budgets in the table. Shape: {@link TableLayout}, {@code P#}. */
public final class TableBudgets implements Budgets {
    private final Table table;

    public TableBudgets(Table table) {
        this.table = table;
    }

    @Override
    public Optional<Of> take(String principal, Map<Of, Integer> limits, Instant now) {
        Optional<Of> none = limits.keySet().stream()
                .filter(of -> limits.getOrDefault(of, 0) < 1)
                .findFirst();
        if (none.isPresent()) {
            return none;
        }
        Instant end = Budgets.nextHour(now);
        Key key = TableLayout.budget(principal, end);
        Update update = Update.none().set(TableLayout.EXPIRES_AT, end.getEpochSecond());
        Condition isUnder = Condition.always();
        for (Map.Entry<Of, Integer> one : limits.entrySet()) {
            update = update.add(count(one.getKey()), 1);
            isUnder = isUnder.and(
                    Condition.absent(count(one.getKey())).or(Condition.below(count(one.getKey()), one.getValue())));
        }
        return table.update(key, update, isUnder) ? Optional.empty() : Optional.of(spent(key, limits));
    }

    private Of spent(Key key, Map<Of, Integer> limits) {
        Optional<Item> item = table.find(key, Consistency.STRONG);
        return limits.keySet().stream()
                .sorted()
                .filter(of -> item.flatMap(it -> it.findNumber(count(of))).orElse(0L) >= limits.getOrDefault(of, 0))
                .findFirst()
                .orElse(Of.MANIFESTS);
    }

    private static String count(Of what) {
        return what.name().toLowerCase(Locale.ROOT);
    }
}
