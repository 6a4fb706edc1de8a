package dev.weir.aws.s3;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Whether this process lately failed to write for want of a key: what can't be decrypted then can't be stored anew either. */
final class KeyOutage {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong failedAtNanos = new AtomicLong(NEVER);

    /** A write failed just now. */
    void began() {
        failedAtNanos.set(System.nanoTime());
    }

    boolean failedLately() {
        long failedAt = failedAtNanos.get();
        return failedAt != NEVER && System.nanoTime() - failedAt < REMEMBERED.toNanos();
    }
}
