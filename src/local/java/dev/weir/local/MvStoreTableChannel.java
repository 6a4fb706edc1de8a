package dev.weir.local;

import dev.weir.local.MvStoreTableJournal.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.h2.store.fs.FileBaseDefault;
import org.jspecify.annotations.Nullable;

/**
 * A file whose changes between two syncs are made all or none, whatever ends the process.
 *
 * <p>MVStore alone can lose commits that are on the disk: it finds its last commit by a header that may be 21 commits old and by what
 * lies at the end of the file, and a kill between writing a commit and writing the header may have overwritten a part of that trail. A
 * half-written commit that a later one replaced misleads it too. Here the file is never seen between two commits: changes wait in
 * memory, then in the journal, and reach the file when the journal has them.
 */
final class MvStoreTableChannel extends FileBaseDefault {
    private final SyncedFile file;
    private final MvStoreTableJournal journal;
    private final Object syncing = new Object();

    /** Written since the last sync; reads see them. */
    private final List<Change> pending = new ArrayList<>();

    private long size;

    /** Whether the file has all that the journal has; not after an error, when the next start makes it whole. */
    private volatile boolean isWhole = true;

    MvStoreTableChannel(SyncedFile file, MvStoreTableJournal journal) {
        this.file = file;
        this.journal = journal;
    }

    @Override
    public @Nullable FileLock tryLock(long position, long length, boolean shared) throws IOException {
        FileLock lock = file.tryLock(position, length, shared);
        if (lock != null) {
            journal.replay(file);
            size = file.size();
        }
        return lock;
    }

    @Override
    public synchronized long size() {
        return size;
    }

    @Override
    public synchronized int read(ByteBuffer to, long position) throws IOException {
        if (position >= size) {
            return -1;
        }
        byte[] bytes = new byte[(int) Math.min(to.remaining(), size - position)];
        file.read(position, bytes);
        pending.forEach(change -> lay(change, position, bytes));
        to.put(bytes);
        return bytes.length;
    }

    private static void lay(Change change, long position, byte[] over) {
        long begin = Math.max(change.position(), position);
        long end = position + over.length;
        if (change.isTruncation() && begin < end) {
            Arrays.fill(over, (int) (begin - position), over.length, (byte) 0);
        }
        long length = Math.min(change.position() + change.bytes().length, end) - begin;
        if (length > 0) {
            System.arraycopy(
                    change.bytes(), (int) (begin - change.position()), over, (int) (begin - position), (int) length);
        }
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        if (bytes.length == 0) {
            return 0;
        }
        pending.add(new Change(position, bytes));
        size = Math.max(size, position + bytes.length);
        return bytes.length;
    }

    @Override
    protected synchronized void implTruncate(long newSize) {
        if (newSize < size) {
            pending.add(new Change(newSize, new byte[0]));
            size = newSize;
        }
    }

    /** Readers and writers need not wait for the disk. */
    @Override
    public void force(boolean metaData) throws IOException {
        synchronized (syncing) {
            List<Change> batch;
            long sizeBefore;
            synchronized (this) {
                batch = List.copyOf(pending);
                sizeBefore = file.size();
                isWhole = batch.isEmpty();
            }
            if (!batch.isEmpty()) {
                journal.append(sizeBefore, batch);
                change(batch);
                journal.changed(file);
            }
            isWhole = true;
        }
    }

    private synchronized void change(List<Change> batch) throws IOException {
        for (Change change : batch) {
            change.applyTo(file);
        }
        pending.subList(0, batch.size()).clear();
    }

    /** What was not synced is dropped: the store closes like this too when it can't trust what it has in memory. */
    @Override
    protected synchronized void implCloseChannel() throws IOException {
        try (journal;
                file) {
            if (isWhole && pending.isEmpty() && size > 0) {
                journal.clear(file);
            }
        }
    }
}
