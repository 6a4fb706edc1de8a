package dev.weir.pull;

import dev.weir.oci.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Looks for the repositories that a principal may see among all that are cached. Most of them may be hidden, so what one request looks
 * at is bounded.
 *
 * @param all reads the names
 * @param partSize how many names are read at once, at least
 * @param maxParts after how many reads the walk ends, whatever was found
 */
record RepositoryWalk(Names all, int partSize, int maxParts) {

    /** The names that are cached, in lexical order. */
    @FunctionalInterface
    interface Names {
        /** Those after {@code last}, at most {@code limit}. */
        List<RepositoryName> after(Optional<RepositoryName> last, int limit);
    }

    /** The first that are seen after {@code last}, at most {@code limit}. */
    RepositoryPage seen(Optional<RepositoryName> last, int limit, Predicate<RepositoryName> isSeen) {
        List<RepositoryName> seen = new ArrayList<>();
        Optional<RepositoryName> cursor = last;
        int wanted = Math.max(partSize, limit + 1);
        for (int part = 0; part < maxParts; part++) {
            List<RepositoryName> names = all.after(cursor, wanted);
            for (RepositoryName name : names) {
                if (isSeen.test(name)) {
                    if (seen.size() == limit) {
                        return new RepositoryPage(seen, Optional.of(seen.get(limit - 1)));
                    }
                    seen.add(name);
                }
            }
            if (names.size() < wanted) {
                return new RepositoryPage(seen, Optional.empty());
            }
            cursor = Optional.of(names.get(names.size() - 1));
        }
        return new RepositoryPage(seen, cursor);
    }
}
