package dev.weir.lease;

import dev.weir.upstream.UpstreamException;
import java.time.Instant;
import java.util.Optional;

/** Port: at most one holder a name, in the world, until an expiry that the holder moves on. Each write is one conditional put. */
public interface Leases {

    Optional<Lease> find(LeaseName name);

    /** Takes the lease unless somebody holds it: true when it is free, expired, only requested, or failed. */
    boolean acquire(LeaseName name, String owner, Instant now, Instant expiresAt);

    /** Leaves the work to whoever takes up an event: state REQUESTED, which anybody may acquire; nothing happens when it was lost. */
    void handOver(LeaseName name, String owner, Instant expiresAt);

    /** Moves the expiry on; false when the lease was lost to another. */
    boolean renew(LeaseName name, String owner, Instant expiresAt);

    /** Gives the lease back; nothing happens when it was lost. */
    void release(LeaseName name, String owner);

    /** Gives the lease back and leaves the reason for those who wait, until the expiry; nothing happens when it was lost. */
    void fail(LeaseName name, String owner, UpstreamException why, Instant now, Instant expiresAt);
}
