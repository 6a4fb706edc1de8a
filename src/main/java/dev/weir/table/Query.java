package dev.weir.table;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which items of one partition to read; immutable. {@code Query.of("CATALOG").after("a").limit(100)}.
 *
 * @param prefix what the sort keys start with; empty for the whole partition
 * @param after the sort key after which to start, itself left out; it starts with the prefix
 * @param limit how many items at most
 * @param projection the attributes to read beside the key; empty for all
 */
public record Query(String pk, String prefix, Optional<String> after, int limit, Optional<Set<String>> projection) {

    public Query {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " of a query is not positive");
        }
        if (after.filter(start -> !start.startsWith(prefix)).isPresent()) {
            throw new IllegalArgumentException(
                    "query of " + pk + " starts after '" + after.get() + "', which is outside '" + prefix + "'");
        }
        projection = projection.map(Set::copyOf);
    }

    /** All items of the partition. */
    public static Query of(String pk) {
        return new Query(pk, "", Optional.empty(), Integer.MAX_VALUE, Optional.empty());
    }

    /** Only items whose sort key starts with this. */
    public Query startingWith(String start) {
        return new Query(pk, start, after, limit, projection);
    }

    /** Only items whose sort key comes after this one, whether or not there is an item of that key. */
    public Query after(String sk) {
        return new Query(pk, prefix, Optional.of(sk), limit, projection);
    }

    public Query limit(int most) {
        return new Query(pk, prefix, after, most, projection);
    }

    /** Reads the keys and only these attributes. */
    public Query only(String... attributes) {
        return new Query(pk, prefix, after, limit, Optional.of(Set.copyOf(List.of(attributes))));
    }

    /** The item as this query shows it. */
    public Item project(Item item) {
        return projection.map(item::only).orElse(item);
    }
}
