package dev.weir.rules;

import dev.weir.oci.Tag;
import java.util.Optional;
import java.util.Set;

/**
 * What applies to one repository: its own settings where it has some, else those of its rule.
 *
 * @param pinned tags that stay where they are, whatever upstream says
 * @param kind whether the repository has an upstream
 * @param release the image that may be served before its time
 */
public record RepositorySettings(TagMutability tagMutability, Set<Tag> pinned, Kind kind, Optional<Release> release) {

    /** What kind of repository has these settings. */
    public enum Kind {
        /** Its rule fetches what it doesn't hold. */
        CACHED,
        /** It holds what was put into it. */
        HOSTED
    }

    public RepositorySettings {
        pinned = Set.copyOf(pinned);
    }

    /** With no image released before its time. */
    public RepositorySettings(TagMutability tagMutability, Set<Tag> pinned, Kind kind) {
        this(tagMutability, pinned, kind, Optional.empty());
    }

    /** Of a repository that is cached, with no tag pinned. */
    public RepositorySettings(TagMutability tagMutability) {
        this(tagMutability, Set.of(), Kind.CACHED);
    }

    public boolean isHosted() {
        return kind == Kind.HOSTED;
    }

    /** Whether a check leaves the tag where it is, although upstream's points elsewhere. */
    public boolean keeps(Tag tag) {
        return pinned.contains(tag) || tagMutability.isImmutable(tag);
    }
}
