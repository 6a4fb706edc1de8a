package dev.weir.fake;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that is read over a network, which hangs when a test says so. */
public final class SlowRead {
    private final AtomicInteger reads = new AtomicInteger();
    private volatile CountDownLatch begun = new CountDownLatch(1);
    private volatile CountDownLatch mayEnd = new CountDownLatch(0);

    /** To be called by what reads: counts, and waits while it hangs. Returns how many reads have begun. */
    public int pass() {
        int count = reads.incrementAndGet();
        begun.countDown();
        await(mayEnd);
        return count;
    }

    public int count() {
        return reads.get();
    }

    /** From now on reads hang. */
    public void hang() {
        begun = new CountDownLatch(1);
        mayEnd = new CountDownLatch(1);
    }

    /** Waits for the first read that hangs. */
    public void awaitBegun() {
        await(begun);
    }

    /** Those that hang go on. */
    public void goOn() {
        mayEnd.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError("nothing came for a minute");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
