package dev.weir.local;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.h2.mvstore.MVStore;

/**
 * Makes writes durable, many writers by one commit and one fsync.
 *
 * <p>A writer changes the maps under one lock, then asks for a flush. While one flush waits for the disk, other writers change the maps
 * and queue; the next flush covers all of them. Because a flush follows the fsync of the flush before, the file always holds a whole
 * commit that is on the disk, and what it replaces may be overwritten.
 */
final class MvStoreTableLog {
    private final MVStore store;
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock flushing = new ReentrantLock();

    /** Changes so far; guarded by {@code changing}. */
    private long changes;

    /** How many of the changes are on the disk; written under {@code flushing}. */
    private volatile long durable;

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
        if (durable >= needed) {
            return;
        }
        flushing.lock();
        try {
            if (durable < needed) {
                durable = commitAndSync();
            }
        } finally {
            flushing.unlock();
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

    /** Waits for the writes that have begun, and closes the store. Returns true. */
    boolean close() {
        flushing.lock();
        changing.lock();
        try {
            store.close();
            return true;
        } finally {
            changing.unlock();
            flushing.unlock();
        }
    }
}
