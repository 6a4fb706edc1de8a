package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Optional;

/**
 * A cached repository for someone who may pull what it holds and must not make Weir fetch anything. Its type has no upstream, so no
 * path of a pull can ask there.
 *
 * @param cached as it is for those who may
 * @param why nothing is fetched, for the message: who may not do what, and which statement says so
 */
public record CacheOnlyRepository(UpstreamRepository cached, String why) implements Repository {
    @Override
    public RepositoryName name() {
        return cached.name();
    }

    @Override
    public Origin origin() {
        return cached.origin();
    }

    @Override
    public RepositorySettings settings() {
        return cached.settings();
    }

    @Override
    public Optional<String> denial() {
        return cached.denial();
    }

    @Override
    public Optional<String> denialOf(Tag tag) {
        return cached.denialOf(tag);
    }

    @Override
    public String toString() {
        return cached.toString();
    }
}
