package dev.weir.lease;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A lease that its holder keeps by making progress. It is renewed at most once a third of its time. */
public final class HeldLease {
    private final Leases leases;
    private final LeaseName name;
    private final String owner;
    private final Duration lease;
    private final Clock clock;
    private Instant renewedAt;

    HeldLease(Leases leases, LeaseName name, String owner, Duration lease, Clock clock) {
        this.leases = leases;
        this.name = name;
        this.owner = owner;
        this.lease = lease;
        this.clock = clock;
        this.renewedAt = clock.instant();
    }

    /** Shows progress. Errors: {@link IOException} when the lease was lost: another process does the work now. */
    public void renewIfDue() throws IOException {
        Instant now = clock.instant();
        if (now.isBefore(renewedAt.plus(lease.dividedBy(3)))) {
            return;
        }
        if (!leases.renew(name, owner, now.plus(lease))) {
            throw new IOException("lost the lease on " + name + " to another");
        }
        renewedAt = now;
    }

    /** Leaves the work to the process that consumes an event; the lease is no longer held then.
     *
     * @param patience how long the event may stay unconsumed before another process asks again
     */
    public void handOver(Duration patience) {
        leases.handOver(name, owner, clock.instant().plus(patience));
    }

    /** The stream, which renews the lease as its bytes flow. */
    public InputStream renewing(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                renewIfDue();
                return in.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                renewIfDue();
                return in.read(buffer, offset, length);
            }
        };
    }
}
