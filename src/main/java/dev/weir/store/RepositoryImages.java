package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Port: the images of a repository as its operator sees them. Only what is of the repository's origin today counts.
 *
 * <p>Reads see all writes that ended before them. Errors: {@link StoreException}.
 */
public interface RepositoryImages {

    /** The manifests it holds in the order of their digests, those after {@code last}, at most {@code limit}. */
    List<LinkedManifest> manifests(Repository repository, Optional<Digest> last, int limit);

    /** One manifest, when the repository holds it. */
    Optional<LinkedManifest> manifest(Repository repository, Digest digest);

    /** The tags it holds in lexical order, read page by page as they are taken. */
    Iterator<TaggedImage> tags(Repository repository);

    /**
     * Points a tag at an image, because an operator says so, and adds to its history, both or neither. The manifest was stored before.
     *
     * @param from where the tag points until now; empty when it isn't held
     * @param dueAt when to check it next; empty where nothing is ever checked
     * @return false, and nothing done, when the tag does not point where the caller thinks
     */
    boolean point(Repository repository, Tag tag, Optional<Digest> from, CachedTag to, Optional<Instant> dueAt);

    /** Removes a tag, if it still points at the digest; its history stays. */
    void deleteTag(Repository repository, Tag tag, Digest digest);

    /** Removes the link to a manifest; its blobs stay linked. */
    void deleteManifest(Repository repository, Digest digest);
}
