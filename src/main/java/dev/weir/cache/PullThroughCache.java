package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** SIGNATURES ONLY, being written. */
public final class PullThroughCache {

    /** The manifest, and when it missed, a request to bring in its blobs. */
    public Answer<Manifest> manifest(UpstreamRepository repository, Reference reference) {
        throw new UnsupportedOperationException();
    }

    /** Where to read the blob; waits up to {@code patience} for a fill under way. */
    public Answer<BlobAnswer> blob(UpstreamRepository repository, Digest digest, Duration patience) {
        throw new UnsupportedOperationException();
    }

    /** The blob's size in bytes, without bringing it in. */
    public Answer<Long> blobSize(UpstreamRepository repository, Digest digest) {
        throw new UnsupportedOperationException();
    }

    /** Upstream's tags in lexical order; the cached ones while upstream fails. */
    public Answer<List<Tag>> tags(UpstreamRepository repository) {
        throw new UnsupportedOperationException();
    }

    /** The index of what refers to the digest, artifactType not filtered; an empty index when nothing does. */
    public Answer<Manifest> referrers(UpstreamRepository repository, Digest digest) {
        throw new UnsupportedOperationException();
    }

    /** Cached repositories in lexical order. */
    public List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        throw new UnsupportedOperationException();
    }
}
