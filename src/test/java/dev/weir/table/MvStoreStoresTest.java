package dev.weir.table;

import dev.weir.fake.MovableClock;
import dev.weir.local.MvStoreTable;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The stores on the table of a laptop. */
class MvStoreStoresTest
        implements TagStoreContract,
                LinksContract,
                LeasesContract,
                RulesContract,
                RuleBookContract,
                RepositoriesContract,
                CreationTemplatesContract,
                PoliciesContract,
                PullRecordsContract {
    @TempDir
    private static Path folder;

    private static MvStoreTable table;

    @BeforeAll
    static void open() {
        table = MvStoreTable.open(folder, new MovableClock());
    }

    @AfterAll
    static void close() {
        table.close();
    }

    @Override
    public Table table() {
        return table;
    }
}
