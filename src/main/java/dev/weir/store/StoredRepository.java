package dev.weir.store;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.PinnedTags;
import dev.weir.rules.Release;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.TagMutability;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A repository as it is kept.
 *
 * @param createdAt when it was created, or first cached; empty of one that an earlier version cached
 * @param settings its own, or what its rule says while it has none of its own
 * @param tags AWS's kind, by key; {@link PinnedTags#KEY} is one of them
 */
public record StoredRepository(
        RepositoryName name,
        Optional<Instant> createdAt,
        RepositorySettings settings,
        ImageScanning scanning,
        Map<String, String> tags) {

    public StoredRepository {
        tags = Map.copyOf(tags);
    }

    public StoredRepository withTagMutability(TagMutability mutability) {
        return new StoredRepository(
                name,
                createdAt,
                new RepositorySettings(mutability, settings.pinned(), settings.kind(), settings.release()),
                scanning,
                tags);
    }

    public StoredRepository withScanning(ImageScanning other) {
        return new StoredRepository(name, createdAt, settings, other, tags);
    }

    /** The same repository with other tags. Errors: {@link IllegalArgumentException} as {@link PinnedTags#of}. */
    public StoredRepository withTags(Map<String, String> others) {
        RepositorySettings pinning = new RepositorySettings(
                settings.tagMutability(), PinnedTags.of(others), settings.kind(), Release.find(others));
        return new StoredRepository(name, createdAt, pinning, scanning, others);
    }

    /** For the audit line. */
    @Override
    public String toString() {
        return "kind=" + settings.kind()
                + " imageTagMutability=" + settings.tagMutability()
                + (settings.tagMutability().exclusionFilters().isEmpty()
                        ? ""
                        : settings.tagMutability().exclusionFilters().toString())
                + " scanning=" + scanning
                + " tags=" + new TreeMap<>(tags);
    }
}
