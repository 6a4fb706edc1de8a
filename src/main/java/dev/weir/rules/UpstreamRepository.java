package dev.weir.rules;

import dev.weir.oci.RepositoryName;

/**
 * A repository here and its counterpart upstream, under the rule that joins them.
 *
 * @param name what it is cached under: {@code docker-hub/library/alpine}
 * @param upstreamName what upstream calls it: {@code library/alpine}
 * @param tagMutability its own, or its rule's
 */
public record UpstreamRepository(
        PullThroughCacheRule rule, RepositoryName name, RepositoryName upstreamName, TagMutability tagMutability) {

    UpstreamRepository with(TagMutability own) {
        return new UpstreamRepository(rule, name, upstreamName, own);
    }

    /** For messages: {@code registry-1.docker.io/library/alpine}. */
    @Override
    public String toString() {
        return rule.upstreamUrl().authority() + "/" + upstreamName;
    }
}
