package dev.weir.rules;

import dev.weir.oci.RepositoryName;

/**
 * A repository of this registry: one that is cached from an upstream under a rule, or one that only holds what was put into it.
 * Only the first kind has anything upstream, so the type says what may be asked there.
 */
public sealed interface Repository permits UpstreamRepository, HostedRepository {

    /** What it is called here. */
    RepositoryName name();

    /** Where its entries come from today; an entry of another origin counts as not held. */
    Origin origin();

    /** Its own, or what its rule says. */
    RepositorySettings settings();
}
