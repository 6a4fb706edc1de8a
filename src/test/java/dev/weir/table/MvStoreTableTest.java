package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.local.MvStoreTable;
import dev.weir.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table in a file, on MVStore. */
class MvStoreTableTest extends TableConcurrencyContract {
    @TempDir
    private static Path shared;

    private static MvStoreTable table;

    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        table = MvStoreTable.open(shared, new MovableClock());
    }

    @AfterAll
    static void close() {
        table.close();
    }

    @Override
    Table table() {
        return table;
    }

    private MvStoreTable reopened() {
        return MvStoreTable.open(folder, clock);
    }

    @Test
    void everythingIsFoundAfterReopening() {
        List<Item> items = IntStream.range(0, 300)
                .mapToObj(i -> Item.at(key("%03d".formatted(i)))
                        .with("bytes", new byte[i])
                        .with(TableLayout.DUE_SHARD, "0")
                        .with(TableLayout.DUE_TIME, i)
                        .with(TableLayout.DUE_AT, i))
                .toList();
        try (MvStoreTable first = reopened()) {
            items.forEach(first::put);
        }
        try (MvStoreTable second = reopened()) {
            assertThat(second.stream(Query.of(partition))).isEqualTo(items);
            assertThat(second.due(
                            '0',
                            new DueRange(
                                    TimesOfDay.ALL,
                                    Instant.EPOCH.minusMillis(1),
                                    Instant.ofEpochMilli(Long.MAX_VALUE))))
                    .toIterable()
                    .hasSize(300);
            assertThat(second.find(items.get(7).key(), Consistency.EVENTUAL)).contains(items.get(7));
        }
    }

    @Test
    void aSecondOpenerIsToldThatTheFolderIsInUse() {
        try (MvStoreTable first = reopened()) {
            first.put(Item.at(key));
            assertThatThrownBy(this::reopened)
                    .isInstanceOf(StoreException.class)
                    .hasMessage(folder + " is in use by another Weir; end that one, or choose another WEIR_DATA");
            assertThat(first.find(key, Consistency.STRONG)).isPresent();
        }
    }

    @Test
    void aFileThatIsNotATableIsNamedWithARemedy() throws IOException {
        Files.writeString(folder.resolve("table.mv"), "something else\n".repeat(1000));
        assertThatThrownBy(this::reopened)
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(folder.resolve("table.mv").toString(), "move it away");
    }

    @Test
    void aFolderThatCanNotBeMadeIsNamedWithARemedy() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> MvStoreTable.open(file, clock))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(file.toString(), "WEIR_DATA");
    }

    @Test
    void anItemOfALaterFormatIsNamedWithARemedy() {
        reopened().close();
        try (MVStore store = MVStore.open(folder.resolve("table.mv").toString())) {
            var items = store.openMap(
                    "items",
                    new MVMap.Builder<byte[], byte[]>()
                            .keyType(ByteArrayDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            items.put(new byte[] {'a', 0, 'b'}, new byte[] {2});
        }
        try (MvStoreTable later = reopened()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> later.find(new Key("a", "b"), Consistency.STRONG))
                    .withMessageContainingAll("a b", "format 2", "WEIR_DATA");
        }
    }

    @Test
    void expiredItemsAreReadUntilTheyAreSwept() {
        try (MvStoreTable own = reopened()) {
            IntStream.range(0, 1200)
                    .forEach(i -> own.put(Item.at(key("short" + i)).expiring(clock.instant())));
            own.put(Item.at(key("renewed")).expiring(clock.instant()));
            own.update(
                    key("renewed"),
                    Update.none().set(TableLayout.EXPIRES_AT, clock.instant().getEpochSecond() + 3600),
                    TableLayout.EXISTS);
            own.put(Item.at(key("long")).expiring(clock.instant().plusSeconds(60)));
            own.put(Item.at(key("stays")));
            own.sweep();
            assertThat(own.find(key("short7"), Consistency.STRONG)).isPresent();
            clock.advance(Duration.ofSeconds(2));
            assertThat(own.find(key("short7"), Consistency.STRONG)).isPresent();
            own.sweep();
            assertThat(own.stream(Query.of(partition)).map(item -> item.key().sk()))
                    .containsExactly("long", "renewed", "stays");
        }
    }

    @Test
    void anInterruptedThreadReadsAndWritesAndLeavesTheTableOpen() {
        try (MvStoreTable own = reopened()) {
            Thread.currentThread().interrupt();
            own.put(Item.at(key).with("x", 1));
            assertThat(own.find(key, Consistency.STRONG)).isPresent();
            assertThat(Thread.interrupted()).isTrue();
            own.put(Item.at(key).with("x", 2));
        }
        try (MvStoreTable own = reopened()) {
            Thread.currentThread().interrupt();
            assertThat(own.find(key, Consistency.STRONG)).contains(Item.at(key).with("x", 2));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aClosedTableSaysThatItIsUnavailable() {
        MvStoreTable own = reopened();
        own.close();
        assertThatThrownBy(() -> own.put(Item.at(key)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
    }
}
