package dev.weir.local;

import dev.weir.local.MvStoreTableMaps.Replacement;
import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import dev.weir.table.Condition;
import dev.weir.table.Consistency;
import dev.weir.table.DueRange;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.PagedItems;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.TableLayout;
import dev.weir.table.Update;
import dev.weir.table.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The table in a folder, on H2's MVStore: a B-tree in one file, whose changes go through a journal. One process at a time
 * has it open.
 *
 * <p>A write is committed and on the disk (fsync) before it returns; writers at the same time share one fsync. A read may see a write
 * a moment before that. Items are limited to 400 KB as in DynamoDB, so that what works on a laptop works in AWS.
 *
 * <p>Source: <a href="https://h2database.com/html/mvstore.html">MVStore</a>.
 */
public final class MvStoreTable implements Table, AutoCloseable {
    /** In the table's folder, with its journal beside it. */
    static final String FILE = "table.mv";

    private static final int MAX_ITEM_BYTES = 400 * 1024;
    private static final int PAGE_ITEMS = 200;
    private static final int PAGE_BYTES = 1024 * 1024;
    private static final int SWEEP = 500;
    private static final List<String> DUE_ATTRIBUTES =
            List.of(TableLayout.DUE_SHARD, TableLayout.DUE_TIME, TableLayout.DUE_AT);
    /** Rewrites old parts of the file while less than this share (percent) of what they hold is in use. */
    private static final int FILL_RATE = 50;

    private static final int COMPACT_STEPS = 20;
    private static final int COMPACT_BYTES = 1024 * 1024;

    private final Path folder;
    private final MVStore store;
    private final MvStoreTableMaps maps;
    private final MvStoreTableLog log;
    private final Clock clock;
    private final MvStoreTableUpkeep upkeep;

    private MvStoreTable(Path folder, MVStore store, Clock clock) {
        this.folder = folder;
        this.store = store;
        this.maps = new MvStoreTableMaps(store);
        this.log = new MvStoreTableLog(store);
        this.clock = clock;
        this.upkeep = new MvStoreTableUpkeep(this::sweep);
    }

    /**
     * Opens the table of a folder; creates both where they are missing.
     *
     * <p>Errors: {@link StoreException} when another process has it open or the file can't be used.
     */
    public static MvStoreTable open(Path folder, Clock clock) {
        return open(folder, MvStoreTableFile.name(folder.resolve(FILE)), clock);
    }

    /** As {@link #open(Path, Clock)}; {@code name} is how MVStore opens the folder's file. */
    static MvStoreTable open(Path folder, String name, Clock clock) {
        MvStoreTable table = new MvStoreTable(folder, MvStoreTableFile.openStore(folder, name), clock);
        table.translated("open", () -> table.log.write(() -> true));
        MvStoreTableFile.syncFolder(folder);
        table.upkeep.start();
        return table;
    }

    @Override
    public String toString() {
        return "table in " + folder;
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        return translated("find", () -> maps.find(key));
    }

    @Override
    public boolean putIf(Item item, Condition condition) {
        return written("put", List.of(new Write.Put(item, condition)));
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        return written("update", List.of(new Write.Change(key, update, condition)));
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        return written("delete", List.of(new Write.Delete(key, condition)));
    }

    @Override
    public boolean transact(List<Write> writes) {
        return written("transact", Write.checked(writes));
    }

    /** True when the conditions held. */
    private boolean written(String operation, List<Write> writes) {
        return translated(
                operation,
                () -> log.write(() -> {
                    List<Replacement> replacements = new ArrayList<>();
                    for (Write write : writes) {
                        Optional<Item> before = maps.find(write.key());
                        if (!write.condition().holdsOf(before)) {
                            return false;
                        }
                        replacements.add(checked(Replacement.of(write.key(), before, write.after(before))));
                    }
                    maps.apply(replacements);
                    return true;
                }));
    }

    private Replacement checked(Replacement replacement) {
        byte[] encoded = replacement.encoded();
        if (encoded != null && encoded.length > MAX_ITEM_BYTES) {
            throw new StoreException(
                    Kind.REJECTED,
                    this + ": item " + replacement.key() + " has " + encoded.length
                            + " bytes, over 400 KB; store less");
        }
        return replacement;
    }

    @Override
    public Iterator<Item> iterate(Query query) {
        byte[] prefix = MvStoreTableKeys.ofItems(query.pk(), query.prefix());
        byte[] start = query.after()
                .map(sk -> MvStoreTableKeys.next(MvStoreTableKeys.ofItem(new Key(query.pk(), sk))))
                .orElse(prefix);
        return new PagedItems<byte[]>(
                query.limit(),
                from -> translated("query", () -> {
                    List<Item> items =
                            maps.items(from.orElse(start), prefix, Math.min(PAGE_ITEMS, query.limit()), PAGE_BYTES);
                    return new PagedItems.Read<>(
                            items.stream().map(query::project).toList(),
                            last(items).map(item -> MvStoreTableKeys.next(MvStoreTableKeys.ofItem(item.key()))));
                }));
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        byte[] prefix = MvStoreTableKeys.ofShard(String.valueOf(shard));
        byte[] start =
                MvStoreTableKeys.ofShard(String.valueOf(shard), range.times().first());
        return new PagedItems<byte[]>(
                Integer.MAX_VALUE,
                from -> translated("due", () -> {
                    List<byte[]> keys =
                            maps.due(from.orElse(start), prefix, range.times().last(), PAGE_ITEMS);
                    return new PagedItems.Read<>(
                            keys.stream()
                                    .flatMap(key -> due(key, start.length, range).stream())
                                    .toList(),
                            last(keys).map(MvStoreTableKeys::next));
                }));
    }

    /** The item of a key of the index, unless it has changed since that was read or isn't of the range. */
    private Optional<Item> due(byte[] indexKey, int keyStart, DueRange range) {
        return maps.find(MvStoreTableKeys.keyAt(indexKey, keyStart))
                .filter(item -> MvStoreTableKeys.due(item)
                        .filter(now -> Arrays.equals(now, indexKey))
                        .isPresent())
                .filter(item -> item.findInstant(TableLayout.DUE_AT)
                        .filter(range::contains)
                        .isPresent())
                .map(item -> item.only(DUE_ATTRIBUTES));
    }

    private static <T> Optional<T> last(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }

    /**
     * Removes the items that have expired by now, and gives back some of the space of what was replaced; the table does it
     * every two seconds by itself.
     */
    public void sweep() {
        Instant now = clock.instant();
        boolean isMore = true;
        while (isMore) {
            isMore = translated("sweep", () -> log.write(() -> maps.removeExpired(now, SWEEP)));
        }
        isMore = true;
        for (int step = 0; isMore && step < COMPACT_STEPS; step++) {
            isMore = translated("sweep", () -> log.write(() -> store.compact(FILL_RATE, COMPACT_BYTES)));
        }
    }

    private <T> T translated(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (MVStoreException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    this + ": " + operation + " failed: " + e.getMessage()
                            + "; look at the disk, then start Weir again",
                    e);
        }
    }

    @Override
    public void close() {
        upkeep.close();
        translated("close", () -> log.close());
    }
}
