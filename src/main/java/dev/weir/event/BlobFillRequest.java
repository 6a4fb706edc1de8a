package dev.weir.event;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;

/**
 * Asks for a blob to be brought in: the detail of the event "Blob Fill Requested".
 *
 * @param attempt 1, and one more for each function that ran out of time on it
 */
public record BlobFillRequest(RepositoryName repository, Digest digest, int attempt) implements CacheEvent {

    public static BlobFillRequest first(RepositoryName repository, Digest digest) {
        return new BlobFillRequest(repository, digest, 1);
    }
}
