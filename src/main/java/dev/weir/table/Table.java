package dev.weir.table;

import dev.weir.store.StoreException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A table of items by key, which many processes read and write at once. Its layout is {@link TableLayout}.
 *
 * <p>A write is durable when its method returns, and happens whole or not at all. A condition is checked and its write done in one step:
 * of many writers with a condition that only one can meet, one gets true.
 *
 * <p>Units: an item has at most 400 KB, names included. An item whose {@code expiresAt} has passed is removed some time later and is
 * read like any other until then.
 *
 * <p>Errors: {@link StoreException}, from iterators and streams too.
 */
public interface Table {
    /** The most writes of one transaction. */
    int MAX_TRANSACTION = 100;

    Optional<Item> find(Key key, Consistency consistency);

    /** Replaces the item under the item's key. */
    default void put(Item item) {
        putIf(item, Condition.always());
    }

    /** Replaces the item under the item's key; false when the condition did not hold of what was there. */
    boolean putIf(Item item, Condition condition);

    /**
     * Changes some attributes of an item; false when the condition did not hold.
     *
     * <p>An item that is not there is created when the condition holds of its absence; give a condition that needs the item where that
     * is not wanted.
     */
    boolean update(Key key, Update update, Condition condition);

    /** Removes the item; true as well when it was not there. */
    default void delete(Key key) {
        deleteIf(key, Condition.always());
    }

    /** Removes the item; false when the condition did not hold. */
    boolean deleteIf(Key key, Condition condition);

    /**
     * Does all writes or none; false when a condition did not hold.
     *
     * <p>Errors: {@link IllegalArgumentException} as {@link Write#checked}.
     */
    boolean transact(List<Write> writes);

    /** The first items of the query and whether more follow. Strongly consistent. */
    default Page query(Query query) {
        int limit = query.limit();
        boolean isWhole = limit == Integer.MAX_VALUE;
        Iterator<Item> items = iterate(isWhole ? query : query.limit(limit + 1));
        List<Item> page = new ArrayList<>();
        while (page.size() < limit && items.hasNext()) {
            page.add(items.next());
        }
        return new Page(
                page,
                items.hasNext() ? Optional.of(page.get(page.size() - 1).key().sk()) : Optional.empty());
    }

    /** The items of the query in order, read page by page as they are taken. Each page is strongly consistent. */
    Iterator<Item> iterate(Query query);

    /** As {@link #iterate}; needs no closing. */
    default Stream<Item> stream(Query query) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(iterate(query), Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /**
     * The items that have {@code dueShard} equal to the shard and are of the range, in the order of {@code dueTime}, read page by page as
     * they are taken.
     *
     * <p>They have their keys, {@code dueShard}, {@code dueTime} and {@code dueAt} only. Eventually consistent: an item may be listed as
     * it was a moment ago.
     */
    Iterator<Item> due(char shard, DueRange range);
}
