package dev.weir.event;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Origin;
import dev.weir.rules.UpstreamRepository;
import java.util.Optional;

/**
 * Asks for a blob to be filled: the detail of the event "Blob Fill Requested".
 *
 * @param origin where the repository's rule led when the event was sent; if it leads elsewhere now, the event is dropped.
 *     Empty in an event that an operator sent: wherever the rule leads
 * @param attempt 1, and one more for each function that ran out of time on it
 */
public record BlobFillRequest(RepositoryName repository, Optional<Origin> origin, Digest digest, int attempt)
        implements CacheEvent {

    public static BlobFillRequest first(UpstreamRepository repository, Digest digest) {
        return of(repository, digest, 1);
    }

    public static BlobFillRequest of(UpstreamRepository repository, Digest digest, int attempt) {
        return new BlobFillRequest(repository.name(), Optional.of(repository.origin()), digest, attempt);
    }
}
