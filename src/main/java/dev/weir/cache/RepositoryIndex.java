package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: what each repository holds. A digest is found only in a repository where it was put. Reads see all writes that
 * ended before them.
 */
public interface RepositoryIndex {

    /** One read; gives the manifest too, up to its inline limit. */
    Lookup<CachedTag> tag(RepositoryName repository, Tag tag);

    /** One read. */
    Lookup<CachedManifest> manifest(RepositoryName repository, Digest digest);

    /** The size in bytes of a blob that was pulled in this repository. One read. */
    Lookup<Long> blob(RepositoryName repository, Digest digest);

    /** Links a manifest to the repository, and the repository to the catalog. */
    void putManifest(RepositoryName repository, CachedManifest manifest);

    /** Points the tag, in one write. The manifest was put before. */
    void putTag(RepositoryName repository, Tag tag, CachedTag cached);

    /**
     * Notes that upstream was asked, if the tag still points at the digest; a tag that moved meanwhile stays as it is.
     *
     * @param goneSince when upstream first answered 404; empty when upstream has the tag
     */
    void touch(RepositoryName repository, Tag tag, Digest digest, Instant checkedAt, Optional<Instant> goneSince);

    /** Links a blob, whose content is stored, to the repository. */
    void putBlob(RepositoryName repository, Digest digest, long sizeBytes);

    /** Remembers that upstream has no such manifest; never replaces one that is held. */
    void putManifestAbsent(RepositoryName repository, Reference reference, Instant until);

    /** Remembers that upstream has no such blob in this repository; never replaces one that is held. */
    void putBlobAbsent(RepositoryName repository, Digest digest, Instant until);

    /** The index of what referred to the digest when upstream last told. */
    Optional<Manifest> referrers(RepositoryName repository, Digest digest);

    /** Keeps upstream's answer for when it fails; one over the inline limit is not kept. */
    void putReferrers(RepositoryName repository, Digest digest, Manifest index);

    /** The cached tags of the repository in lexical order. */
    List<Tag> tags(RepositoryName repository);

    /** Cached repositories in lexical order, those after {@code last}, at most {@code limit}. */
    List<RepositoryName> repositories(Optional<RepositoryName> last, int limit);
}
