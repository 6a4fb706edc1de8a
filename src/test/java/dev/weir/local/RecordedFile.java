package dev.weir.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/** A file that remembers what is done to it, so that a test can say how it would look had the process ended at any moment. */
record RecordedFile(String name, SyncedFile file) implements SyncedFile {
    /** In order, over all files. */
    private static final List<Event> EVENTS = new ArrayList<>();

    /** A call of {@code file}: bytes at a position, the end of the file at a position without bytes, or a sync. */
    @SuppressWarnings("ArrayRecordComponent") // events are never compared
    record Event(String file, boolean isSync, long position, byte[] bytes) {
        private static final byte[] NOTHING = {};

        static Event syncOf(String file) {
            return new Event(file, true, 0, NOTHING);
        }

        /** The file after the first {@code share} percent of this. */
        byte[] applied(byte[] before, int share) {
            if (bytes.length == 0) {
                return isSync || share < 100 ? before : Arrays.copyOf(before, (int) Math.min(before.length, position));
            }
            int count = bytes.length * share / 100;
            byte[] after = Arrays.copyOf(before, (int) Math.max(before.length, position + count));
            System.arraycopy(bytes, 0, after, (int) position, count);
            return after;
        }
    }

    /** The name by which MVStore opens the file; forgets what was before. */
    static String named(Path file) {
        EVENTS.clear();
        return "recorded:" + file.toAbsolutePath();
    }

    static List<Event> events() {
        return List.copyOf(EVENTS);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int read(long position, byte[] to) throws IOException {
        return file.read(position, to);
    }

    @Override
    public void write(long position, byte[] bytes) throws IOException {
        EVENTS.add(new Event(name, false, position, bytes));
        file.write(position, bytes);
    }

    @Override
    public void truncate(long size) throws IOException {
        EVENTS.add(new Event(name, false, size, Event.NOTHING));
        file.truncate(size);
    }

    @Override
    public void sync() {
        EVENTS.add(Event.syncOf(name));
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Public, with a public constructor, because MVStore makes its paths by reflection. */
    public static final class Paths extends FilePathWrapper {
        static {
            FilePath.register(new Paths());
        }

        static void register() {}

        @Override
        public String getScheme() {
            return "recorded";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            Path table = Path.of(getBase().name);
            return new MvStoreTableChannel(
                    recorded(table), new MvStoreTableJournal(recorded(MvStoreTableFile.journalOf(table))));
        }

        private static SyncedFile recorded(Path path) throws IOException {
            return new RecordedFile(path.getFileName().toString(), SyncedFile.open(path));
        }
    }
}
