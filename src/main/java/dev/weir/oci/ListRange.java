package dev.weir.oci;

import java.util.Optional;

/**
 * Which part of a list is asked for.
 *
 * @param limit the entries wanted at most, at least 1
 * @param last where the part before it ended: an entry, or what upstream sent in the place of one
 */
public record ListRange(int limit, Optional<String> last) {
    public ListRange {
        if (limit < 1) {
            throw new IllegalArgumentException("a list of at most " + limit + " entries: allowed is 1 or more");
        }
    }
}
