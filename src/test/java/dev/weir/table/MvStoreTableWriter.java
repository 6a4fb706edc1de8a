package dev.weir.table;

import dev.weir.local.MvStoreTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that writes to a table until it is killed. Each thread counts: entry and counter in one transaction, then a line {@code
 * <thread> <count>} on stdout, which acknowledges them. Meanwhile the table is swept all the time.
 */
final class MvStoreTableWriter {
    static final String PARTITION = "R#written";
    static final int THREADS = 4;

    private MvStoreTableWriter() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        MvStoreTable table = MvStoreTable.open(Path.of(arguments[0]), Clock.systemUTC());
        System.out.println("open");
        ExecutorService executor = Executors.newFixedThreadPool(THREADS + 1);
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            executor.execute(() -> endOnError(() -> write(table, thread)));
        }
        executor.submit(() -> endOnError(() -> sweep(table))).get();
    }

    private static void endOnError(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    static Key counter(int thread) {
        return new Key(PARTITION, "counter#" + thread);
    }

    static Key entry(int thread, long count) {
        return new Key(PARTITION, "entry#%d#%08d".formatted(thread, count));
    }

    static Item written(int thread, long count) {
        return Item.at(entry(thread, count))
                .with("bytes", new byte[(int) (count * 31 % 3000)])
                .with(TableLayout.DUE_SHARD, Integer.toString(thread))
                .with(TableLayout.DUE_TIME, count)
                .with(TableLayout.DUE_AT, count);
    }

    private static void write(Table table, int thread) {
        long count = table.find(counter(thread), Consistency.STRONG)
                .map(item -> item.number("count"))
                .orElse(0L);
        while (true) {
            count++;
            Update next = Update.none().set("count", count).set("bytes", Value.of(new byte[1000]));
            if (!table.transact(List.of(
                    new Write.Put(written(thread, count), TableLayout.VACANT),
                    new Write.Change(counter(thread), next, Condition.always())))) {
                throw new IllegalStateException("entry " + count + " of thread " + thread + " is there already");
            }
            System.out.println(thread + " " + count);
            table.put(Item.at(new Key(PARTITION, "expired#" + thread + "#" + count))
                    .expiring(Instant.EPOCH));
        }
    }

    private static void sweep(MvStoreTable table) {
        while (true) {
            table.sweep();
        }
    }
}
