package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Platform;
import dev.weir.rules.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: when this Weir first saw each digest in a repository, and which manifests name a digest. Neither is ever removed while the
 * repository is there.
 *
 * <p>Errors: {@link StoreException}.
 */
public interface Sightings {
    /** How many of the manifests that name a digest are looked at. */
    int MAX_PARENTS = 20;

    /**
     * A manifest that names a digest: an index its images, an image its blobs.
     *
     * @param firstSeen when the manifest was first seen in the repository
     * @param platform what the index says that the image runs on
     */
    record Parent(Digest digest, Instant firstSeen, Optional<Platform> platform) {}

    /** Notes that the digest is there; the first note counts. Best effort: never throws, and a note that is lost makes it younger. */
    void note(Repository repository, Digest digest, Instant now);

    /** When the digest was first seen; where there is no record of it, now, which is noted. */
    Instant firstSeen(Repository repository, Digest digest, Instant now);

    /** Notes what the manifest names. */
    void link(Repository repository, Manifest parent, Instant now);

    /** The manifests that were served and name the digest, those first that were seen first, at most {@link #MAX_PARENTS}. */
    List<Parent> parents(Repository repository, Digest digest);
}
