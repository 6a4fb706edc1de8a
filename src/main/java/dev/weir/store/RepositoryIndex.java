package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: what each repository holds. A digest is found only in a repository where it was put. Reads see all writes that
 * ended before them.
 */
public interface RepositoryIndex {
    int MAX_HISTORY = 50;

    /** One read; gives the manifest too, up to its inline limit. */
    Lookup<CachedTag> tag(RepositoryName repository, Tag tag);

    /** One read. */
    Lookup<CachedManifest> manifest(RepositoryName repository, Digest digest);

    /** The size in bytes of a blob that was pulled in this repository. One read. */
    Lookup<Long> blob(RepositoryName repository, Digest digest);

    /** Links a manifest to the repository, and the repository to the catalog. */
    void putManifest(RepositoryName repository, CachedManifest manifest);

    /**
     * Points the tag and adds to its history, both or neither. The manifest was put before. False, and nothing done, when
     * the tag does not point where the caller thinks: another was faster.
     *
     * <p>A move by refresh leaves the last-pulled time as it is.
     *
     * @param dueAt when to check it next
     * @param from where it points until now; empty when it is not cached
     */
    boolean putTag(
            RepositoryName repository, Tag tag, CachedTag to, Instant dueAt, Optional<Digest> from, TagMove.By by);

    /** Notes what upstream said, if the tag still points at the digest; a tag that moved meanwhile stays as it is. */
    void touch(RepositoryName repository, Tag tag, Digest digest, TagStanding standing);

    /** Says when to check the tag, and nothing else. */
    void due(RepositoryName repository, Tag tag, Instant dueAt);

    /** Takes the tag out of the due ones until its next check, which a pull makes; nothing happens when it is due later than now. */
    void notDue(RepositoryName repository, Tag tag, Instant now);

    /** Notes a pull, unless one was noted less than {@code precision} ago. Best effort: never throws, a pull is worth more. */
    void pulled(RepositoryName repository, Tag tag, Instant now, Duration precision);

    /** Where the tag pointed, latest first, the last {@link #MAX_HISTORY}. */
    List<TagMove> history(RepositoryName repository, Tag tag);

    /** Links a blob, whose content is stored, to the repository. */
    void putBlob(RepositoryName repository, Digest digest, long sizeBytes);

    /** Remembers that upstream has no such manifest; never replaces one that is held. */
    void putManifestAbsent(RepositoryName repository, Reference reference, Instant until);

    /** Remembers that upstream has no such blob in this repository; never replaces one that is held. */
    void putBlobAbsent(RepositoryName repository, Digest digest, Instant until);

    /** The index of what referred to the digest when upstream last told. */
    Optional<Manifest> referrers(RepositoryName repository, Digest digest);

    /** Keeps upstream's answer for when it fails; one over the inline limit is not kept. */
    void putReferrers(RepositoryName repository, Digest digest, Manifest index, Instant until);

    /** The cached tags of the repository in lexical order. */
    List<Tag> tags(RepositoryName repository);

    /** Cached repositories in lexical order, those after {@code last}, at most {@code limit}. */
    List<RepositoryName> repositories(Optional<RepositoryName> last, int limit);
}
