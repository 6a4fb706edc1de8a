package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Optional;

/**
 * A repository of this registry: one that is cached from an upstream under a rule, one whose rule is deleted, or one that only holds
 * what was put into it. Only the first kind has anything upstream, so the type says what may be asked there.
 */
public sealed interface Repository permits UpstreamRepository, UnfetchedRepository, HostedRepository {

    /** What it is called here. */
    RepositoryName name();

    /** Where its entries come from today; an entry of another origin counts as not held. */
    Origin origin();

    /** Its own, or what its rule says. */
    RepositorySettings settings();

    /** Why nothing of this repository may be pulled, by its rule's settings; empty when something may. */
    default Optional<String> denial() {
        return Optional.empty();
    }

    /** Why this tag may not be pulled, by its rule's settings; empty when it may. */
    default Optional<String> denialOf(Tag tag) {
        return Optional.empty();
    }
}
