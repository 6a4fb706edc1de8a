package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.ForwardingTable;
import dev.weir.oci.Digest;
import dev.weir.rules.Repository;
import dev.weir.store.StoreException;
import dev.weir.time.SideThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who pulled what, over any table: written beside the pull, once an hour each, and never in its way. */
interface PullRecordsContract extends StoresContract {
    Digest IMAGE = StoresContract.digest("pulled");
    Duration HOUR = Duration.ofHours(1);

    /** A table whose updates are counted when they end, and can be made to wait. */
    final class CountedUpdates extends ForwardingTable {
        final AtomicInteger count = new AtomicInteger();
        final CountDownLatch mayGoOn;
        private final Semaphore ended = new Semaphore(0);

        CountedUpdates(Table table, int latches) {
            super(table);
            mayGoOn = new CountDownLatch(latches);
        }

        @Override
        public boolean update(Key key, Update update, Condition condition) {
            count.incrementAndGet();
            try {
                mayGoOn.await();
                return super.update(key, update, condition);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                ended.release();
            }
        }

        void await(int updates) throws InterruptedException {
            assertThat(ended.tryAcquire(updates, 1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private Optional<Instant> pulledAt(Repository repository, String principal) {
        return table().find(AccessKeys.pull(repository.name(), IMAGE, principal), Consistency.STRONG)
                .flatMap(item -> item.findInstant(TableLayout.PULLED_AT));
    }

    @Test
    default void aPullIsNotedOnceAnHourForEachPrincipal() throws Exception {
        Repository repository = StoresContract.repository("records/hour");
        CountedUpdates counted = new CountedUpdates(table(), 0);
        TablePullRecords records = new TablePullRecords(counted, new SideThreads());
        records.note(repository, IMAGE, "weir:user/a", NOW);
        counted.await(1);
        for (int minute = 1; minute < 60; minute++) {
            records.note(repository, IMAGE, "weir:user/a", NOW.plus(Duration.ofMinutes(minute)));
        }
        records.note(repository, IMAGE, "weir:user/b", NOW.plusSeconds(60));
        counted.await(1);
        assertThat(pulledAt(repository, "weir:user/a")).contains(NOW);
        assertThat(pulledAt(repository, "weir:user/b")).contains(NOW.plusSeconds(60));

        records.note(repository, IMAGE, "weir:user/a", NOW.plus(HOUR));
        counted.await(1);
        assertThat(pulledAt(repository, "weir:user/a")).contains(NOW.plus(HOUR));
        assertThat(counted.count).hasValue(3);
    }

    @Test
    default void aSecondProcessChangesNothingWithinTheHour() throws Exception {
        Repository repository = StoresContract.repository("records/processes");
        for (Instant at : new Instant[] {NOW, NOW.plus(HOUR).minusSeconds(1)}) {
            CountedUpdates counted = new CountedUpdates(table(), 0);
            new TablePullRecords(counted, new SideThreads()).note(repository, IMAGE, "weir:user/a", at);
            counted.await(1);
        }
        assertThat(pulledAt(repository, "weir:user/a")).contains(NOW);
    }

    @Test
    default void aRecordThatCannotBeWrittenFailsNothing() throws Exception {
        Repository repository = StoresContract.repository("records/throttled");
        FailingTable failing = new FailingTable(table());
        failing.failWritesAs(StoreException.Kind.THROTTLED);
        CountedUpdates counted = new CountedUpdates(failing, 0);
        new TablePullRecords(counted, new SideThreads()).note(repository, IMAGE, "weir:user/a", NOW);
        counted.await(1);
        assertThat(pulledAt(repository, "weir:user/a")).isEmpty();
    }

    @Test
    default void aPullDoesNotWaitForItsRecord() throws Exception {
        Repository repository = StoresContract.repository("records/hanging");
        CountedUpdates hanging = new CountedUpdates(table(), 1);
        new TablePullRecords(hanging, new SideThreads()).note(repository, IMAGE, "weir:user/a", NOW);
        assertThat(pulledAt(repository, "weir:user/a")).isEmpty();
        hanging.mayGoOn.countDown();
        hanging.await(1);
        assertThat(pulledAt(repository, "weir:user/a")).contains(NOW);
    }
}
