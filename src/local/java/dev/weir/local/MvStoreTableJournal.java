package dev.weir.local;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be changed in a file, so that after a kill or a power failure the file has all of it or nothing.
 *
 * <p>A batch of changes is one record: its length, checksum, number, how long the file was before, and the changes. Records follow each
 * other; behind {@value #MAX_BYTES} bytes they begin at the start again, once the file itself is on the disk. Of two records that follow
 * each other in the journal the later has the next number, so what is left of an earlier round is told from this one.
 */
final class MvStoreTableJournal implements Closeable {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;

    private final SyncedFile journal;
    private long end;
    private long number;

    MvStoreTableJournal(SyncedFile journal) {
        this.journal = journal;
    }

    /** Bytes at a position; without bytes the file ends there. */
    @SuppressWarnings("ArrayRecordComponent") // changes are never compared
    record Change(long position, byte[] bytes) {
        boolean isTruncation() {
            return bytes.length == 0;
        }

        void applyTo(SyncedFile file) throws IOException {
            if (isTruncation()) {
                file.truncate(position);
            } else {
                file.write(position, bytes);
            }
        }
    }

    /** Returns once the changes are on the disk, and will therefore be made. */
    void append(long sizeBefore, List<Change> changes) throws IOException {
        byte[] record = record(number + 1, sizeBefore, changes);
        journal.write(end, record);
        journal.sync();
        number++;
        end += record.length;
    }

    /** After the changes were made: once in a while waits until they are on the disk, and begins at the start again. */
    void changed(SyncedFile file) throws IOException {
        if (end > MAX_BYTES) {
            file.sync();
            end = 0;
        }
    }

    /**
     * Makes what may not have been made before the process ended; nothing where the file was moved away since. The journal is
     * empty then.
     */
    void replay(SyncedFile file) throws IOException {
        Batch batch = batch(0);
        if (batch != null && !(batch.sizeBefore > 0 && file.size() == 0)) {
            while (batch != null) {
                for (Change change : batch.changes) {
                    change.applyTo(file);
                }
                Batch next = batch(batch.end);
                batch = next != null && next.number == batch.number + 1 ? next : null;
            }
        }
        clear(file);
    }

    /** Once all changes were made. */
    void clear(SyncedFile file) throws IOException {
        file.sync();
        journal.truncate(0);
        journal.sync();
        end = 0;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }

    private record Batch(long number, long sizeBefore, List<Change> changes, long end) {}

    private static byte[] record(long number, long sizeBefore, List<Change> changes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeLong(number);
        out.writeLong(sizeBefore);
        for (Change change : changes) {
            out.writeLong(change.position);
            out.writeInt(change.bytes.length);
            out.write(change.bytes);
        }
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEAD_BYTES + bytes.length)
                .putInt(bytes.length)
                .putLong(checksum(bytes))
                .put(bytes)
                .array();
    }

    /** The batch at a position; null when none is there, or a part of one. */
    private @Nullable Batch batch(long position) throws IOException {
        byte[] head = read(position, HEAD_BYTES);
        ByteBuffer heading = ByteBuffer.wrap(head);
        if (head.length < HEAD_BYTES) {
            return null;
        }
        int length = heading.getInt();
        if (length < 2 * Long.BYTES || length > journal.size() - position - HEAD_BYTES) {
            return null;
        }
        byte[] body = read(position + HEAD_BYTES, length);
        return checksum(body) == heading.getLong()
                ? parsed(ByteBuffer.wrap(body), position + HEAD_BYTES + length)
                : null;
    }

    private static Batch parsed(ByteBuffer body, long end) {
        long number = body.getLong();
        long sizeBefore = body.getLong();
        List<Change> changes = new ArrayList<>();
        while (body.hasRemaining()) {
            long position = body.getLong();
            byte[] bytes = new byte[body.getInt()];
            body.get(bytes);
            changes.add(new Change(position, bytes));
        }
        return new Batch(number, sizeBefore, changes, end);
    }

    private byte[] read(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        int count = journal.read(position, bytes);
        return Arrays.copyOf(bytes, count);
    }

    private static long checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }
}
