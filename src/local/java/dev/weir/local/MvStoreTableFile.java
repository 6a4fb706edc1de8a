package dev.weir.local;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * Opens a file of MVStore as a {@link MvStoreTableChannel}, with its journal beside it.
 *
 * <p>Public, with a public constructor, because MVStore makes its paths by reflection.
 */
public final class MvStoreTableFile extends FilePathWrapper {
    private static final Logger LOG = System.getLogger(MvStoreTableFile.class.getName());
    private static final String SCHEME = "journaled";

    static {
        FilePath.register(new MvStoreTableFile());
    }

    /** The name by which MVStore opens the file like this. */
    static String name(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    /** Where the changes of a file are written first. */
    static Path journalOf(Path file) {
        return Path.of(file + ".journal");
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
        Path file = Path.of(getBase().name);
        return new MvStoreTableChannel(
                SyncedFile.open(file), new MvStoreTableJournal(SyncedFile.open(journalOf(file))));
    }
}
