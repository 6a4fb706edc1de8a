package dev.weir.table;

import static dev.weir.table.TableLayout.CREATED_AT;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.Rules;
import dev.weir.rules.TagMutability;
import dev.weir.store.ImageScanning;
import dev.weir.store.Repositories;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The repositories in the table. Shape: {@link TableLayout}, {@code CATALOG} and {@code REPOSITORIES}. */
public final class TableRepositories implements Repositories {
    private static final int MAX_TRIES = 10;
    private static final String VERSION = "version";
    private static final String TEXT = "text";

    private final Table table;
    private final Rules rules;

    /** @param rules what applies to a repository that has no settings of its own */
    public TableRepositories(Table table, Rules rules) {
        this.table = table;
        this.rules = rules;
    }

    @Override
    public Optional<StoredRepository> find(RepositoryName name) {
        return table.find(TableLayout.catalog(name), Consistency.STRONG)
                .map(listed -> repository(listed, table.find(TableLayout.repository(name), Consistency.STRONG)));
    }

    private StoredRepository repository(Item listed, Optional<Item> own) {
        RepositoryName name = RepositoryName.parse(listed.key().sk());
        Optional<Instant> createdAt = listed.findInstant(CREATED_AT);
        return own.map(item -> RepositoryItems.repository(name, createdAt, item))
                .orElseGet(() ->
                        new StoredRepository(name, createdAt, settingsOfItsRule(name), ImageScanning.MANUAL, Map.of()));
    }

    private RepositorySettings settingsOfItsRule(RepositoryName name) {
        return rules.current()
                .match(name)
                .repository()
                .map(Repository::settings)
                .orElseGet(() -> new RepositorySettings(TagMutability.MUTABLE));
    }

    @Override
    public List<StoredRepository> list(Optional<RepositoryName> last, int limit) {
        List<Item> listed =
                table.query(after(TableLayout.CATALOG, last).limit(limit)).items();
        if (listed.isEmpty()) {
            return List.of();
        }
        Map<String, Item> own = own(last, listed.get(listed.size() - 1).key().sk());
        return listed.stream()
                .map(item ->
                        repository(item, Optional.ofNullable(own.get(item.key().sk()))))
                .toList();
    }

    /** The settings of repositories after one and up to another, which are in the same order as the catalog. */
    private Map<String, Item> own(Optional<RepositoryName> last, String end) {
        Map<String, Item> own = new HashMap<>();
        Iterator<Item> items = table.iterate(after(TableLayout.REPOSITORIES, last));
        while (items.hasNext()) {
            Item item = items.next();
            if (item.key().sk().compareTo(end) > 0) {
                break;
            }
            own.put(item.key().sk(), item);
        }
        return own;
    }

    private static Query after(String partition, Optional<RepositoryName> last) {
        Query all = Query.of(partition);
        return last.map(name -> all.after(name.value())).orElse(all);
    }

    @Override
    public boolean create(StoredRepository repository) {
        Item listed = Item.at(TableLayout.catalog(repository.name()))
                .withIfPresent(CREATED_AT, repository.createdAt().map(Value::of));
        return table.transact(List.of(
                new Write.Put(listed, TableLayout.VACANT), new Write.Put(first(repository), Condition.always())));
    }

    /** The item of a repository that has none yet. */
    static Item first(StoredRepository repository) {
        return RepositoryItems.item(repository).with(VERSION, 1);
    }

    @Override
    public Optional<StoredRepository> change(RepositoryName name, UnaryOperator<StoredRepository> change) {
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<Item> listed = table.find(TableLayout.catalog(name), Consistency.STRONG);
            if (listed.isEmpty()) {
                return Optional.empty();
            }
            Optional<Item> own = table.find(TableLayout.repository(name), Consistency.STRONG);
            Optional<Long> version = own.flatMap(item -> item.findNumber(VERSION));
            StoredRepository changed = change.apply(repository(listed.get(), own));
            Condition unchanged =
                    version.map(at -> Condition.equalTo(VERSION, at)).orElseGet(() -> Condition.absent(VERSION));
            if (table.putIf(RepositoryItems.item(changed).with(VERSION, version.orElse(0L) + 1), unchanged)) {
                return Optional.of(changed);
            }
        }
        throw new StoreException(
                StoreException.Kind.THROTTLED, "repository '" + name + "': too many changes at once, try again");
    }

    @Override
    public boolean isEmpty(RepositoryName name) {
        return table.stream(Query.of(TableLayout.partition(name))
                        .startingWith(TableLayout.MANIFEST_PREFIX)
                        .only(TableLayout.SIZE_BYTES))
                .noneMatch(item -> item.has(TableLayout.SIZE_BYTES));
    }

    @Override
    public void delete(RepositoryName name) {
        table.delete(TableLayout.repository(name));
        List<Write> batch = new ArrayList<>();
        Iterator<Item> items =
                table.iterate(Query.of(TableLayout.partition(name)).only(TableLayout.DIGEST));
        while (items.hasNext()) {
            Item item = items.next();
            batch.add(new Write.Delete(item.key(), Condition.always()));
            if (item.key().sk().startsWith(TableLayout.MANIFEST_PREFIX)) {
                Digest digest = Digest.parse(item.key().sk().substring(TableLayout.MANIFEST_PREFIX.length()));
                batch.add(new Write.Delete(ResourceKeys.holder(digest, name), Condition.always()));
            }
            if (batch.size() >= Table.MAX_TRANSACTION - 1 || !items.hasNext()) {
                table.transact(batch);
                batch.clear();
            }
        }
        table.delete(TableLayout.catalog(name));
        relistWhatCameInMeanwhile(name);
    }

    /** A pull that saw the repository listed a moment ago may have linked a manifest since. */
    private void relistWhatCameInMeanwhile(RepositoryName name) {
        if (!isEmpty(name)) {
            table.putIf(Item.at(TableLayout.catalog(name)), TableLayout.VACANT);
        }
    }

    @Override
    public Optional<String> lifecyclePolicy(RepositoryName name) {
        return table.find(ResourceKeys.lifecyclePolicy(name), Consistency.STRONG)
                .map(item -> item.string(TEXT));
    }

    /** @param text a checked policy */
    static Item lifecyclePolicy(RepositoryName name, String text) {
        return Item.at(ResourceKeys.lifecyclePolicy(name)).with(TEXT, text);
    }

    @Override
    public void putLifecyclePolicy(RepositoryName name, String text) {
        table.put(lifecyclePolicy(name, text));
    }

    @Override
    public void deleteLifecyclePolicy(RepositoryName name) {
        table.delete(ResourceKeys.lifecyclePolicy(name));
    }
}
