package dev.weir.table;

import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleBook;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import dev.weir.rules.StoredRule;
import dev.weir.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The rules in the table, written one by one.
 *
 * <p>Shape: {@link TableLayout}, {@code RULES} and {@code RETIRED_RULES}. {@code revision} counts the changes of a rule, so that of two
 * changes at once the second is made on top of the first.
 */
public final class TableRuleBook implements RuleBook {
    private static final String REVISION = "revision";
    /** Each try fails only because another process's change succeeded. */
    private static final int MAX_TRIES = 10;

    private final Table table;
    private final RuleItems items;
    private final Rules snapshot;

    /** @param snapshot what this process knows of the rules: it learns of each change at once */
    public TableRuleBook(Table table, InsecureUpstreams insecureUpstreams, Rules snapshot) {
        this.table = table;
        this.items = new RuleItems(insecureUpstreams);
        this.snapshot = snapshot;
    }

    @Override
    public Optional<StoredRule> find(RepositoryPrefix prefix) {
        return table.find(TableLayout.rule(prefix), Consistency.STRONG).flatMap(items::rule);
    }

    @Override
    public List<StoredRule> list(Optional<RepositoryPrefix> after, int limit) {
        Query all = Query.of(TableLayout.RULES);
        return table.stream(after.map(prefix -> all.after(prefix.value())).orElse(all))
                .flatMap(item -> items.rule(item).stream())
                .limit(limit)
                .toList();
    }

    @Override
    public int count() {
        return (int) table.stream(Query.of(TableLayout.RULES).only(REVISION)).count();
    }

    /** The deleted rule of the prefix goes with the same write, so that there is never a time with both or none. */
    @Override
    public boolean create(StoredRule rule) {
        RepositoryPrefix prefix = rule.rule().repositoryPrefix();
        Item item = RuleItems.item(TableLayout.rule(prefix), rule).with(REVISION, 1);
        boolean created = table.transact(List.of(
                new Write.Put(item, TableLayout.VACANT),
                new Write.Delete(TableLayout.retiredRule(prefix), Condition.always())));
        snapshot.noteWrite();
        return created;
    }

    @Override
    public boolean seed(RuleSet rules, Instant now) {
        boolean isNew = List.of(TableLayout.RULES, TableLayout.RETIRED_RULES).stream()
                .allMatch(partition ->
                        table.query(Query.of(partition).limit(1)).items().isEmpty());
        if (isNew) {
            rules.rules().forEach(rule -> create(StoredRule.created(rule, now)));
            rules.repositories()
                    .forEach((name, settings) ->
                            table.putIf(RuleItems.item(TableLayout.repository(name), settings), TableLayout.VACANT));
            snapshot.noteWrite();
        }
        return isNew;
    }

    @Override
    public Optional<StoredRule> change(RepositoryPrefix prefix, UnaryOperator<StoredRule> change) {
        Key key = TableLayout.rule(prefix);
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<Item> before = table.find(key, Consistency.STRONG);
            Optional<StoredRule> after = before.flatMap(items::rule).map(change);
            if (after.isEmpty()) {
                return Optional.empty();
            }
            Optional<Long> revision = before.orElseThrow().findNumber(REVISION);
            Item item = RuleItems.item(key, after.get()).with(REVISION, revision.orElse(0L) + 1);
            if (table.putIf(item, isAt(revision))) {
                snapshot.noteWrite();
                return after;
            }
        }
        throw contended(prefix);
    }

    private static Condition isAt(Optional<Long> revision) {
        return TableLayout.EXISTS.and(
                revision.map(number -> Condition.equalTo(REVISION, number)).orElse(Condition.absent(REVISION)));
    }

    @Override
    public boolean delete(RepositoryPrefix prefix) {
        Key key = TableLayout.rule(prefix);
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<Item> before = table.find(key, Consistency.STRONG);
            if (before.isEmpty()) {
                return false;
            }
            List<Write> writes = new ArrayList<>();
            writes.add(new Write.Delete(key, isAt(before.get().findNumber(REVISION))));
            items.rule(before.get())
                    .map(rule -> RuleItems.item(TableLayout.retiredRule(prefix), rule))
                    .ifPresent(item -> writes.add(new Write.Put(item, Condition.always())));
            if (table.transact(writes)) {
                snapshot.noteWrite();
                return true;
            }
        }
        throw contended(prefix);
    }

    private static StoreException contended(RepositoryPrefix prefix) {
        return new StoreException(
                StoreException.Kind.THROTTLED,
                "rule '" + prefix + "' was changed by others " + MAX_TRIES + " times meanwhile: try again");
    }
}
