package dev.weir.pull;

import dev.weir.oci.RepositoryName;
import java.util.List;
import java.util.Optional;

/**
 * A part of the repositories that a principal may list.
 *
 * @param names in lexical order
 * @param next the name that the next part begins after; empty at the end. Where so many repositories in a row are hidden that the
 *     walk ended at its bound, it is the hidden name that was looked at last, and there may be fewer names than asked for
 */
public record RepositoryPage(List<RepositoryName> names, Optional<RepositoryName> next) {
    public RepositoryPage {
        names = List.copyOf(names);
    }
}
