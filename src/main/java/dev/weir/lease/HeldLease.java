package dev.weir.lease;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A lease that its holder keeps by making progress. It is renewed at most once a third of its time. */
public final class HeldLease {
    /** Slower than this (about 4 KiB a second) is not progress: another connection may be faster. */
    private static final long MIN_BYTES_IN_A_THIRD = 64 * 1024;

    private static final Logger LOG = System.getLogger(HeldLease.class.getName());

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
        renewedIfDue();
    }

    private boolean renewedIfDue() throws IOException {
        Instant now = clock.instant();
        if (now.isBefore(renewedAt.plus(third()))) {
            return false;
        }
        try {
            if (!leases.renew(name, owner, now.plus(lease))) {
                throw new IOException("lost the lease on " + name + " to another");
            }
            renewedAt = now;
            return true;
        } catch (RuntimeException e) {
            if (!now.isBefore(renewedAt.plus(lease))) {
                throw new IOException("the lease on " + name + " could not be renewed in time", e);
            }
            LOG.log(Level.WARNING, "the lease on {0} is not renewed yet: {1}", name, e.getMessage());
            return false;
        }
    }

    private Duration third() {
        return lease.dividedBy(3);
    }

    /** Leaves the work to the process that consumes an event; the lease is no longer held then.
     *
     * @param patience how long the event may stay unconsumed before another process asks again
     */
    public void handOver(Duration patience) {
        leases.handOver(name, owner, clock.instant().plus(patience));
    }

    /**
     * The stream, which renews the lease as its bytes flow. Bytes that trickle don't renew it: it runs out, and another process
     * may do the work.
     */
    public InputStream renewing(InputStream in) {
        return new FilterInputStream(in) {
            private long sinceRenewal;

            @Override
            public int read() throws IOException {
                int one = super.read();
                flowed(one < 0 ? 0 : 1);
                return one;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = in.read(buffer, offset, length);
                flowed(Math.max(0, n));
                return n;
            }

            private void flowed(int bytes) throws IOException {
                sinceRenewal += bytes;
                long millis = Duration.between(renewedAt, clock.instant()).toMillis();
                if (sinceRenewal * third().toMillis() >= MIN_BYTES_IN_A_THIRD * millis && renewedIfDue()) {
                    sinceRenewal = 0;
                }
            }
        };
    }
}
