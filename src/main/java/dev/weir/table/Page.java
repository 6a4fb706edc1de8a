package dev.weir.table;

import java.util.List;
import java.util.Optional;

/**
 * Items of a partition, in the order of their sort keys.
 *
 * @param next the sort key after which the next page starts; empty when nothing follows
 */
public record Page(List<Item> items, Optional<String> next) {

    public Page {
        items = List.copyOf(items);
    }

    /** Whether the partition holds more of what was asked for. */
    public boolean hasMore() {
        return next.isPresent();
    }
}
