package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Optional;

/**
 * A cached repository for which nothing is fetched: not for this caller, or not any more. What it is called, where its entries come
 * from and what its rule denies are those of the repository as it is cached.
 */
public sealed interface UnfetchedRepository extends Repository permits CacheOnlyRepository, RetiredRepository {
    /** As it is where it may be fetched for. */
    UpstreamRepository cached();

    @Override
    default RepositoryName name() {
        return cached().name();
    }

    @Override
    default Origin origin() {
        return cached().origin();
    }

    @Override
    default RepositorySettings settings() {
        return cached().settings();
    }

    @Override
    default Optional<String> denial() {
        return cached().denial();
    }

    @Override
    default Optional<String> denialOf(Tag tag) {
        return cached().denialOf(tag);
    }
}
