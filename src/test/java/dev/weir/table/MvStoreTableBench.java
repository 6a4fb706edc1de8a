package dev.weir.table;

import dev.weir.local.MvStoreTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints how fast a table of 100,000 tags opens, finds and puts, each put with its fsync. */
class MvStoreTableBench {
    private static final int ITEMS = 100_000;
    private static final int THREADS = 16;

    @TempDir
    private Path folder;

    private static Item tag(int i) {
        return Item.at(new Key("R#docker-hub/library/r" + i % 500, "T#tag" + i))
                .with("digest", "sha256:" + "0123456789abcdef".repeat(4))
                .with("mediaType", "application/vnd.oci.image.index.v1+json")
                .with("sizeBytes", i)
                .with("origin", "registry-1.docker.io/library/r" + i % 500)
                .with("movedAt", Instant.EPOCH)
                .with("checkedAt", Instant.now())
                .with("pulledAt", Instant.EPOCH)
                .with("dueShard", Integer.toHexString(i % 16))
                .with("dueTime", i)
                .with("dueAt", Instant.now());
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private void measure(String what, int count, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%-40s %8.0f ms %8.0f/s, file %d MiB%n", what, seconds * 1000, count / seconds, fileMib());
    }

    private long fileMib() throws IOException {
        Path file = folder.resolve("table.mv");
        return Files.exists(file) ? Files.size(file) >> 20 : 0;
    }

    @Test
    void aTableOfAHundredThousandTags() throws Exception {
        try (MvStoreTable table = MvStoreTable.open(folder, Clock.systemUTC())) {
            measure("load, a hundred at a time", ITEMS, () -> load(table));
        }
        List<MvStoreTable> opened = new ArrayList<>();
        measure("open", 1, () -> opened.add(MvStoreTable.open(folder, Clock.systemUTC())));
        try (MvStoreTable table = opened.get(0)) {
            Random random = new Random(1);
            for (int round = 0; round < 3; round++) {
                measure("find", ITEMS, () -> findRandom(table, random));
                measure("put", 2000, () -> putRandom(table, 2000));
                measure("put on 16 threads", THREADS * 1000, () -> putOnThreads(table));
            }
        }
    }

    private static void load(MvStoreTable table) {
        for (int i = 0; i < ITEMS; i += Table.MAX_TRANSACTION) {
            List<Write> writes = new ArrayList<>();
            for (int j = i; j < i + Table.MAX_TRANSACTION; j++) {
                writes.add(new Write.Put(tag(j), Condition.always()));
            }
            table.transact(writes);
        }
    }

    private static void findRandom(MvStoreTable table, Random random) {
        for (int i = 0; i < ITEMS; i++) {
            Key key = tag(random.nextInt(ITEMS)).key();
            if (table.find(key, Consistency.STRONG).isEmpty()) {
                throw new IllegalStateException("item " + key + " was put and is not found");
            }
        }
    }

    private static void putRandom(MvStoreTable table, int count) {
        Random random = new Random();
        for (int i = 0; i < count; i++) {
            table.put(tag(random.nextInt(ITEMS)));
        }
    }

    private static void putOnThreads(MvStoreTable table) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(executor.submit(() -> putRandom(table, 1000)));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
