package dev.weir.fake;

import dev.weir.table.Item;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.TableLayout;
import java.util.List;

/** Rules in a table that an earlier test may have used: LocalStack's is one for all, and a seed overwrites nothing. */
public final class FreshRules {
    private FreshRules() {}

    /** As if there had never been a rule. */
    public static void clear(Table table) {
        for (String partition : List.of(TableLayout.RULES, TableLayout.RETIRED_RULES)) {
            table.stream(Query.of(partition)).map(Item::key).toList().forEach(table::delete);
        }
    }
}
