package dev.weir.local;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * Opens a file of MVStore as a {@link MvStoreTableChannel}, with its journal beside it.
 *
 * <p>Public, with a public constructor, because MVStore makes its paths by reflection.
 */
@RegisterForReflection
public final class MvStoreTableFile extends FilePathWrapper {
    private static final Logger LOG = System.getLogger(MvStoreTableFile.class.getName());
    private static final String SCHEME = "journaled";
    private static final int CACHE_MB = 8;
    /** A commit in the middle of a write could reach the disk without the rest of it. */
    private static final int NEVER_BY_ITSELF = 0;

    /** Each write rewrites the pages from the root to the item's: half of MVStore's default writes half the bytes. */
    private static final int PAGE_SIZE = 8 * 1024;

    static {
        FilePath.register(new MvStoreTableFile());
    }

    /** The name by which MVStore opens the file like this. */
    static String name(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    /** Errors: {@link StoreException} when another process has it open or the file can't be used. */
    static MVStore openStore(Path folder, String name) {
        try {
            Files.createDirectories(folder);
            MVStore store = new MVStore.Builder()
                    .fileName(name)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(NEVER_BY_ITSELF)
                    .cacheSize(CACHE_MB)
                    .pageSplitSize(PAGE_SIZE)
                    .open();
            // What was replaced may be overwritten at once: the file is never seen between two commits.
            store.setRetentionTime(0);
            return store;
        } catch (MVStoreException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
                            ? folder + " is in use by another Weir; end that one, or choose another WEIR_DATA"
                            : folder.resolve(MvStoreTable.FILE) + " can't be opened: " + e.getMessage()
                                    + "; move it away with its journal, or choose another WEIR_DATA: the cache fills anew",
                    e);
        } catch (IOException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE, folder + " can't be created: " + e + "; choose another WEIR_DATA", e);
        }
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
