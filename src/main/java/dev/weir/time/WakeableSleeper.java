package dev.weir.time;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads doze until their time is over or {@link #wake} wakes all: for a process that serves many requests. */
public final class WakeableSleeper implements Sleeper {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();

    /** How often all were woken; guarded by {@code lock}. */
    private long wakes;

    @Override
    public void sleep(Duration duration) {
        SYSTEM.sleep(duration);
    }

    /** Errors: {@link IllegalStateException} when the thread is interrupted, as at shutdown. */
    @Override
    public void doze(Duration duration) {
        lock.lock();
        try {
            long before = wakes;
            long left = duration.toNanos();
            while (left > 0 && wakes == before) {
                left = woken.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            wakes++;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
