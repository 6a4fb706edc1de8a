package dev.weir.table;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One write of a transaction: a key, what must hold of the item there, and what becomes of it. */
public sealed interface Write {

    Key key();

    /** What must hold of the item before. */
    Condition condition();

    /** The item as it is afterwards; empty when it is gone. */
    Optional<Item> after(Optional<Item> before);

    /** Replaces the item. */
    record Put(Item item, Condition condition) implements Write {
        @Override
        public Key key() {
            return item.key();
        }

        @Override
        public Optional<Item> after(Optional<Item> before) {
            return Optional.of(item);
        }
    }

    /** Changes some attributes of the item; creates it when it is not there. */
    record Change(Key key, Update update, Condition condition) implements Write {
        @Override
        public Optional<Item> after(Optional<Item> before) {
            return Optional.of(update.applyTo(before.orElseGet(() -> Item.at(key))));
        }
    }

    /** Removes the item. */
    record Delete(Key key, Condition condition) implements Write {
        @Override
        public Optional<Item> after(Optional<Item> before) {
            return Optional.empty();
        }
    }

    /**
     * Returns the writes of one transaction after checking them.
     *
     * <p>Errors: {@link IllegalArgumentException} when there are none, more than {@link Table#MAX_TRANSACTION}, or two of one key.
     */
    static List<Write> checked(List<Write> writes) {
        Set<Key> keys = new HashSet<>();
        for (Write write : writes) {
            if (!keys.add(write.key())) {
                throw new IllegalArgumentException("transaction writes " + write.key() + " twice; join the two writes");
            }
        }
        if (writes.isEmpty() || writes.size() > Table.MAX_TRANSACTION) {
            throw new IllegalArgumentException("transaction has " + writes.size() + " writes; it takes 1 to "
                    + Table.MAX_TRANSACTION + ", split it");
        }
        return writes;
    }
}
