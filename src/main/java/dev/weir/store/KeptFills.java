package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.rules.UpstreamRepository;
import java.time.Duration;
import java.util.Optional;

/**
 * Port: the fills that their deadline ended, to be gone on with. Who calls holds the lease on the blob. One whose origin is not
 * that of the repository is not found, and is replaced by the next.
 *
 * <p>Best effort: what can't be read or kept is begun anew.
 */
public interface KeptFills {
    /** As long as the bucket keeps what is not completed. */
    Duration KEPT = Duration.ofHours(24);

    Optional<KeptFill> find(UpstreamRepository repository, Digest digest);

    void keep(UpstreamRepository repository, Digest digest, KeptFill fill);

    void forget(UpstreamRepository repository, Digest digest);
}
