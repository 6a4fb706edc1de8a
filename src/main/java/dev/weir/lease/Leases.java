package dev.weir.lease;

import dev.weir.upstream.UpstreamException;
import java.time.Instant;
import java.util.Optional;

/**
 * Port: at most one holder of a name across all processes, until an expiry that the holder moves on. Each write is one
 * conditional put, update or delete.
 */
public interface Leases {

    /** Which leases may be taken. */
    enum Take {
        /** One that is free, expired or failed. */
        FREE,
        /** One that is done too: the caller has looked since, and did not find the result. */
        FREE_OR_DONE,
        /** One that was requested by an event, too: the caller is the process that the event was for. */
        FREE_OR_REQUESTED
    }

    Optional<Lease> find(LeaseName name);

    /** Takes the lease in one write, without reading it first; false when it may not be taken. */
    boolean acquire(LeaseName name, String owner, Take take, Instant now, Instant expiresAt);

    /** Leaves the work to the process that consumes an event: state REQUESTED; nothing happens when the lease was lost. */
    void handOver(LeaseName name, String owner, Instant expiresAt);

    /** Moves the expiry on; false when the lease was lost to another. */
    boolean renew(LeaseName name, String owner, Instant expiresAt);

    /** Gives the lease back; nothing happens when it was lost. */
    void release(LeaseName name, String owner);

    /**
     * Gives the lease back after the work succeeded: state DONE until the expiry, so that a process that looked before the
     * work ended looks again instead of doing it twice; nothing happens when the lease was lost.
     */
    void finish(LeaseName name, String owner, Instant expiresAt);

    /** Gives the lease back and leaves the reason for those who wait, until the expiry; nothing happens when it was lost. */
    void fail(LeaseName name, String owner, UpstreamException why, Instant expiresAt);
}
