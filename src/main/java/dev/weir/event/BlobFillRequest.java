package dev.weir.event;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Origin;
import dev.weir.rules.UpstreamRepository;

/**
 * Asks for a blob to be filled: the detail of the event "Blob Fill Requested".
 *
 * @param origin where the repository's rule led when the event was sent; if it leads elsewhere now, the event is dropped
 * @param attempt 1, and one more for each function that ran out of time on it
 */
public record BlobFillRequest(RepositoryName repository, Origin origin, Digest digest, int attempt)
        implements CacheEvent {

    public static BlobFillRequest first(UpstreamRepository repository, Digest digest) {
        return new BlobFillRequest(repository.name(), repository.origin(), digest, 1);
    }

    public BlobFillRequest next() {
        return new BlobFillRequest(repository, origin, digest, attempt + 1);
    }
}
