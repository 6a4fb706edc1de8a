package dev.weir.local;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.h2.mvstore.MVStore;

/**
 * Makes writes durable, many writers by one commit and one fsync.
 *
 * <p>A writer changes the maps under one lock and then waits until a flush has covered its change. The first that waits flushes; while
 * it waits for the disk, others change the maps, and the next flush covers all of them. A flush begins after the fsync of the flush
 * before, so the file always holds a whole commit that is on the disk, and what it replaces may be overwritten.
 */
final class MvStoreTableLog {
    private final MVStore store;
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition flushed = waiting.newCondition();

    /** Changes so far; guarded by {@code changing}. */
    private long changes;

    /** How many of the changes are on the disk; guarded by {@code waiting}. */
    private long durable;

    /** Whether a thread flushes; guarded by {@code waiting}. */
    private boolean isFlushing;

    MvStoreTableLog(MVStore store) {
        this.store = store;
    }

    /**
     * Runs the change alone, and returns what it returns once everything that it made or saw is on the disk.
     *
     * @param change checks, then changes; true when it changed something. It throws before it changes anything, or not at all
     */
    boolean write(BooleanSupplier change) {
        boolean isChanged;
        long needed;
        changing.lock();
        try {
            isChanged = change.getAsBoolean();
            changes += isChanged ? 1 : 0;
            needed = changes;
        } finally {
            changing.unlock();
        }
        flush(needed);
        return isChanged;
    }

    private void flush(long needed) {
        waiting.lock();
        try {
            while (durable < needed) {
                if (isFlushing) {
                    flushed.awaitUninterruptibly();
                } else {
                    flushForAll();
                }
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Lets go of {@code waiting} meanwhile. After an exception the next that waits flushes, and meets the same. */
    private void flushForAll() {
        isFlushing = true;
        waiting.unlock();
        long covered = 0;
        try {
            covered = commitAndSync();
        } finally {
            waiting.lock();
            isFlushing = false;
            durable = Math.max(durable, covered);
            flushed.signalAll();
        }
    }

    private long commitAndSync() {
        long covered;
        changing.lock();
        try {
            covered = changes;
            store.commit();
        } finally {
            changing.unlock();
        }
        try {
            store.sync();
        } catch (RuntimeException e) {
            // After a failed fsync the system may have dropped what it could not write: nothing later can be trusted.
            store.closeImmediately();
            throw e;
        }
        return covered;
    }

    /** Waits for a running flush and closes the store with all changes. Returns true. */
    boolean close() {
        waiting.lock();
        try {
            while (isFlushing) {
                flushed.awaitUninterruptibly();
            }
            changing.lock();
            try {
                store.close();
            } finally {
                changing.unlock();
            }
            return true;
        } finally {
            waiting.unlock();
        }
    }
}
