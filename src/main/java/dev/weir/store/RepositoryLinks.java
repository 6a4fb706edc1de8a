package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: which manifests and blobs each repository holds. A digest is found only in a repository that it was linked to, and
 * only while the repository's rule leads to the origin that it came from.
 *
 * <p>Reads see all writes that ended before them. Errors: {@link StoreException}.
 */
public interface RepositoryLinks {

    /** One read, which holds the bytes too up to the inline limit. */
    Lookup<CachedManifest> manifest(Repository repository, Digest digest);

    /** The size in bytes of a blob that was pulled in this repository. One read. */
    Lookup<Long> blob(Repository repository, Digest digest);

    /**
     * Links a manifest to the repository, and the repository to the catalog; one that is linked keeps its time. The digest is a blob of
     * the repository no longer.
     */
    void putManifest(Repository repository, CachedManifest manifest);

    /** Notes that upstream has the digest in the repository, whether it is fetched or not. */
    void noteSeen(Repository repository, Digest digest);

    /** Links a blob, whose content is stored, to the repository. */
    void putBlob(Repository repository, Digest digest, long sizeBytes);

    /** Remembers that upstream has no such manifest; never replaces one that is linked. */
    void rememberManifestAbsence(Repository repository, Digest digest, Instant until);

    /** Remembers that upstream has no such blob in this repository; never replaces one that is linked. */
    void rememberBlobAbsence(Repository repository, Digest digest, Instant until);

    /** Whether the repository is in the catalog: whether a manifest was ever linked to it. */
    boolean isCached(RepositoryName repository);

    /** Repositories that a manifest was linked to, at most {@code limit}; whether they hold it still is for the caller to read. */
    List<RepositoryName> holdersOf(Digest manifest, int limit);

    /** Notes in a repository without an upstream that one of its manifests refers to a digest. */
    void putReferrer(Repository repository, Digest subject, Digest referrer);

    /** What was noted to refer to the digest, at most {@code limit}; whether it is held still is for the caller to read. */
    List<Digest> referrersOf(Repository repository, Digest subject, int limit);

    /** The index of what referred to the digest when upstream last told. */
    Optional<Manifest> referrers(Repository repository, Digest digest);

    /** Keeps upstream's answer for when upstream fails; one that is too large for an entry is not kept. */
    void putReferrers(Repository repository, Digest digest, Manifest index, Instant until);

    /** Cached repositories in lexical order, those after {@code last}, at most {@code limit}. */
    List<RepositoryName> repositories(Optional<RepositoryName> last, int limit);
}
