package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Optional;

/**
 * A repository whose rule is deleted. What the rule cached is served, under the settings it had, and nothing is fetched. Its entries
 * are those of the rule's own origin: what an earlier rule of the prefix cached from elsewhere doesn't come back.
 *
 * @param cached as it was under its rule
 */
public record RetiredRepository(UpstreamRepository cached) implements Repository {
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

    /** The prefix of the deleted rule. */
    public RepositoryPrefix prefix() {
        return cached.rule().repositoryPrefix();
    }

    @Override
    public String toString() {
        return cached.toString();
    }
}
