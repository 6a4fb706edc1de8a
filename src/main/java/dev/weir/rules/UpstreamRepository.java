package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Optional;

/**
 * A cached repository and its counterpart upstream, under the rule that owns it.
 *
 * @param name what it is cached under: {@code docker-hub/library/alpine}
 * @param upstreamName what upstream calls it: {@code library/alpine}
 */
public record UpstreamRepository(
        PullThroughCacheRule rule, RepositoryName name, RepositoryName upstreamName, RepositorySettings settings)
        implements Repository {

    UpstreamRepository with(RepositorySettings own) {
        return new UpstreamRepository(rule, name, upstreamName, own);
    }

    @Override
    public Optional<String> denial() {
        return new ImageFilter(rule).denial(upstreamName);
    }

    @Override
    public Optional<String> denialOf(Tag tag) {
        return new ImageFilter(rule).denial(upstreamName, tag);
    }

    @Override
    public Origin origin() {
        return Origin.of(rule.upstreamUrl(), upstreamName.value());
    }

    /** For messages: {@code registry-1.docker.io/library/alpine}. */
    @Override
    public String toString() {
        return origin().value();
    }
}
