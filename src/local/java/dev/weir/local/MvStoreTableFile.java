package dev.weir.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file that stays open when a thread is interrupted while it reads or writes. The JDK closes a {@link FileChannel} then, and the whole
 * table with it.
 *
 * <p>Public, with a public constructor, because MVStore makes its paths by reflection.
 */
public final class MvStoreTableFile extends FilePathWrapper {
    private static final Logger LOG = System.getLogger(MvStoreTableFile.class.getName());
    private static final String SCHEME = "uninterruptible";

    static {
        FilePath.register(new MvStoreTableFile());
    }

    /** The name by which MVStore opens the file like this. */
    static String name(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    /** Makes a new file's name durable. A system that can't open a folder, such as Windows, does that by itself. */
    static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "folder {0} can''t be synced: {1}", folder, e.getMessage());
        }
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(new RandomAccessFile(getBase().name, mode));
    }

    private static final class Channel extends FileBaseDefault {
        private final RandomAccessFile file;

        Channel(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public synchronized int read(ByteBuffer to, long position) throws IOException {
            file.seek(position);
            if (to.hasArray()) {
                int count = file.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
                to.position(to.position() + Math.max(count, 0));
                return count;
            }
            byte[] bytes = new byte[to.remaining()];
            int count = file.read(bytes);
            to.put(bytes, 0, Math.max(count, 0));
            return count;
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            file.seek(position);
            file.write(bytes);
            return bytes.length;
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            if (size < file.length()) {
                file.setLength(size);
            }
        }

        /** Outside the lock, so that readers need not wait for the disk. */
        @Override
        public void force(boolean metaData) throws IOException {
            file.getFD().sync();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.getChannel().tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
