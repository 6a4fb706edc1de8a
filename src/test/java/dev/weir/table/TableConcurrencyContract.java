package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What {@link Table} promises to writers at the same time. */
abstract class TableConcurrencyContract extends TableReadContract {
    private static final int THREADS = 16;
    private static final int ROUNDS = 10;

    /** Starts all at once. */
    private static List<Boolean> together(Callable<Boolean> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try {
            List<Future<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(executor.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            List<Boolean> answers = new ArrayList<>();
            for (Future<Boolean> future : futures) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            executor.shutdownNow();
        }
    }

    @RepeatedTest(5)
    void ofManyWritersOfOneConditionOneGetsThrough() throws Exception {
        AtomicInteger owner = new AtomicInteger();
        assertThat(together(
                        () -> table().putIf(Item.at(key).with("owner", owner.incrementAndGet()), TableLayout.VACANT)))
                .containsOnlyOnce(true);
        long winner = found(key).orElseThrow().number("owner");
        assertThat(together(() -> table().deleteIf(key, Condition.equalTo("owner", winner))))
                .containsOnlyOnce(true);
    }

    private boolean increment(Key counter) {
        while (true) {
            long count = found(counter).orElseThrow().number("count");
            Condition unchanged = Condition.equalTo("count", count);
            if (table().update(counter, Update.none().set("count", count + 1), unchanged)) {
                return true;
            }
        }
    }

    @Test
    void noConditionalUpdateIsLost() throws Exception {
        table().put(Item.at(key).with("count", 0));
        together(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                increment(key);
            }
            return true;
        });
        assertThat(found(key).orElseThrow().number("count")).isEqualTo((long) THREADS * ROUNDS);
    }

    @Test
    void updatesAndTransactionsOfOneItemLeaveNothingHalfDone() throws Exception {
        table().put(Item.at(key("count")).with("count", 0));
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger transactions = new AtomicInteger();
        together(() -> turn.incrementAndGet() % 2 == 0 ? increment(key("count")) : incrementWithEntry(transactions));
        assertThat(found(key("count")).orElseThrow().number("count")).isEqualTo(THREADS);
        assertThat(table().query(Query.of(partition).startingWith("entry")).items())
                .hasSize(transactions.get())
                .hasSize(THREADS / 2);
    }

    private boolean incrementWithEntry(AtomicInteger transactions) {
        while (true) {
            long count = found(key("count")).orElseThrow().number("count");
            try {
                if (table().transact(List.of(
                        new Write.Change(
                                key("count"), Update.none().set("count", count + 1), Condition.equalTo("count", count)),
                        new Write.Put(Item.at(key("entry" + count)), TableLayout.VACANT)))) {
                    transactions.incrementAndGet();
                    return true;
                }
            } catch (StoreException e) {
                // As a caller would: a table under contention says so, and nothing is written.
                assertThat(e.isThrottled()).as(e.getMessage()).isTrue();
            }
        }
    }
}
