package dev.weir.local;

import dev.weir.table.Item;
import dev.weir.table.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/** The items and the two indexes that are kept in step with them. Shape: {@link MvStoreTableKeys}. */
final class MvStoreTableMaps {
    private static final byte[] NOTHING = {};

    private final MVStore store;
    private final MVMap<byte[], byte[]> items;
    private final MVMap<byte[], byte[]> due;
    private final MVMap<byte[], byte[]> expiring;

    MvStoreTableMaps(MVStore store) {
        this.store = store;
        this.items = map("items");
        this.due = map("dueTimes");
        store.removeMap("due"); // of earlier builds, by another key
        this.expiring = map("expiring");
    }

    private MVMap<byte[], byte[]> map(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    /** An item before and after a write; {@code encoded} is what is stored of it, null when it is removed. */
    @SuppressWarnings("ArrayRecordComponent") // replacements are never compared
    record Replacement(Key key, Optional<Item> before, Optional<Item> after, byte @Nullable [] encoded) {

        static Replacement of(Key key, Optional<Item> before, Optional<Item> after) {
            return new Replacement(
                    key, before, after, after.map(MvStoreTableCodec::encode).orElse(null));
        }
    }

    Optional<Item> find(Key key) {
        byte[] value = reading(() -> items.get(MvStoreTableKeys.ofItem(key)));
        return value == null ? Optional.empty() : Optional.of(MvStoreTableCodec.decode(key, value));
    }

    /** Errors: after any of the store's, the maps may be out of step, so the store closes without a commit. */
    void apply(List<Replacement> replacements) {
        try {
            replacements.forEach(this::apply);
        } catch (RuntimeException | Error e) {
            store.closeImmediately();
            throw e;
        }
    }

    private void apply(Replacement replacement) {
        byte[] key = MvStoreTableKeys.ofItem(replacement.key());
        if (replacement.encoded() == null) {
            items.remove(key);
        } else {
            items.put(key, replacement.encoded());
        }
        index(due, replacement, MvStoreTableKeys::due);
        index(expiring, replacement, MvStoreTableKeys::expiring);
    }

    private static void index(
            MVMap<byte[], byte[]> index, Replacement replacement, Function<Item, Optional<byte[]>> keyOf) {
        byte[] before = replacement.before().flatMap(keyOf).orElse(null);
        byte[] after = replacement.after().flatMap(keyOf).orElse(null);
        if (Arrays.equals(before, after)) {
            return;
        }
        if (before != null) {
            index.remove(before);
        }
        if (after != null) {
            index.put(after, NOTHING);
        }
    }

    /** Items in order from a key on, while their keys have the prefix, until there are {@code count} or {@code maxBytes}. */
    List<Item> items(byte[] from, byte[] prefix, int count, int maxBytes) {
        List<Item> found = new ArrayList<>();
        long[] bytes = {0};
        scan(items, from, (key, value) -> {
            if (found.size() == count || bytes[0] >= maxBytes || !MvStoreTableKeys.startsWith(key, prefix)) {
                return false;
            }
            found.add(MvStoreTableCodec.decode(MvStoreTableKeys.keyAt(key, 0), value));
            bytes[0] += value.length;
            return true;
        });
        return found;
    }

    /** Keys of the map of due items in order from a key on, while they have the prefix and a time of day until the last. */
    List<byte[]> due(byte[] from, byte[] prefix, long last, int count) {
        List<byte[]> found = new ArrayList<>();
        scan(
                due,
                from,
                (key, nothing) -> found.size() < count
                        && MvStoreTableKeys.startsWith(key, prefix)
                        && MvStoreTableKeys.numberAt(key, prefix.length) <= last
                        && found.add(key));
        return found;
    }

    /** Removes items that expired before now, oldest first; false when there was none. */
    boolean removeExpired(Instant now, int count) {
        List<byte[]> found = new ArrayList<>();
        scan(
                expiring,
                NOTHING,
                (key, nothing) -> found.size() < count
                        && MvStoreTableKeys.numberAt(key, 0) < now.getEpochSecond()
                        && found.add(key));
        for (byte[] entry : found) {
            Key key = MvStoreTableKeys.keyAt(entry, Long.BYTES);
            apply(List.of(Replacement.of(key, find(key), Optional.empty())));
        }
        return !found.isEmpty();
    }

    private void scan(MVMap<byte[], byte[]> map, byte[] from, BiFunction<byte[], byte[], Boolean> each) {
        reading(() -> {
            Cursor<byte[], byte[]> cursor = map.cursor(from);
            boolean isMore = true;
            while (isMore && cursor.hasNext()) {
                byte[] key = cursor.next();
                isMore = each.apply(key, cursor.getValue());
            }
            return isMore;
        });
    }

    /** Registers as a reader meanwhile: the store overwrites nothing that the read may still need. */
    private <T extends @Nullable Object> T reading(Supplier<T> read) {
        MVStore.TxCounter reader = store.registerVersionUsage();
        try {
            return read.get();
        } finally {
            store.deregisterVersionUsage(reader);
        }
    }
}
