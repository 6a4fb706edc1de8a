package dev.weir.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that is read and written at any place. What is written is safe from a killed process at once, and from a power failure after
 * {@link #sync}. Calls of more than one thread have to be kept apart, but for {@code sync}.
 */
interface SyncedFile extends Closeable {

    /** Opens the file; creates it where it is missing. */
    static SyncedFile open(Path path) throws IOException {
        return new OnDisk(new RandomAccessFile(path.toFile(), "rw"));
    }

    long size() throws IOException;

    /** Reads up to {@code to.length} bytes, fewer only at the end of the file; returns how many. */
    int read(long position, byte[] to) throws IOException;

    void write(long position, byte[] bytes) throws IOException;

    /** Cuts off what is behind. */
    void truncate(long size) throws IOException;

    void sync() throws IOException;

    /** Null while another process has the lock. */
    @Nullable
    FileLock tryLock(long position, long size, boolean shared) throws IOException;

    /**
     * On a {@link RandomAccessFile}, which stays open when its thread is interrupted while it reads or writes. The JDK closes a
     * channel then, and the whole table with it.
     */
    record OnDisk(RandomAccessFile file) implements SyncedFile {
        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public int read(long position, byte[] to) throws IOException {
            file.seek(position);
            int count = 0;
            int more = 0;
            while (count < to.length && more >= 0) {
                more = file.read(to, count, to.length - count);
                count += Math.max(more, 0);
            }
            return count;
        }

        @Override
        public void write(long position, byte[] bytes) throws IOException {
            file.seek(position);
            file.write(bytes);
        }

        @Override
        public void truncate(long size) throws IOException {
            if (size < file.length()) {
                file.setLength(size);
            }
        }

        @Override
        public void sync() throws IOException {
            file.getFD().sync();
        }

        @Override
        public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.getChannel().tryLock(position, size, shared);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
