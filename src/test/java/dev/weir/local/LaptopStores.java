package dev.weir.local;

import dev.weir.store.ContentStore;
import dev.weir.store.UrlLife;
import dev.weir.table.Table;
import java.nio.file.Path;
import java.time.Clock;

/** The table and the blobs of a laptop, which begin in a moment, in one folder and with any clock. */
public final class LaptopStores implements AutoCloseable {
    private final DataFolder folder;
    private final MvStoreTable table;
    private final ContentStore contents;

    public LaptopStores(Path path, Clock clock) {
        folder = DataFolder.open(path);
        table = MvStoreTable.open(path, clock);
        contents = FileContentStore.open(folder, UrlLife.USUAL, clock);
    }

    public Table table() {
        return table;
    }

    public ContentStore contents() {
        return contents;
    }

    @Override
    public void close() {
        table.close();
        folder.close();
    }
}
