package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.fake.ForwardingTable;
import dev.weir.fake.WeirUnderTest;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.table.Condition;
import dev.weir.table.Consistency;
import dev.weir.table.DueRange;
import dev.weir.table.FailingTable;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Table;
import dev.weir.table.TableLayout;
import dev.weir.table.Update;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a tick could not do is left to the next, and what it did is not done again. */
class RefreshLeavesDueIT extends RefreshSuite {
    private static final Key DONE = new Key("REFRESH", "DONE");

    private RefreshReport tickOn(Table table, Duration time) {
        try (Refresher other = weir.refresher(table)) {
            return other.tick(Deadline.in(weir.clock, time));
        }
    }

    private long tagsAskedFor() {
        return weir.upstream.requests().stream()
                .map(request -> request.path())
                .distinct()
                .count();
    }

    @Test
    void aTagWhoseWriteFailsIsInTheNextTick() {
        weir.cacheMany("written", 10);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Table table = new FailingTable(weir.table).failWritesOf(key -> key.sk().equals("T#t1"));
        assertThat(tickOn(table, Duration.ofMinutes(13)).failed()).containsExactly(entry("BUG", 1));
        assertThat(tick().unchanged()).isEqualTo(1);
    }

    @Test
    void aTagThatCanNotBeReadIsTriedAgainInTenMinutesAndHoldsNothingBack() {
        weir.cacheMany("unreadable", 5);
        weir.table.update(new Key("R#up/unreadable", "T#t1"), Update.none().remove("checkedAt"), Condition.always());
        weir.clock.advance(WeirUnderTest.INTERVAL);
        assertThat(tick().failed()).containsExactly(entry("BUG", 1));
        assertThat(tick().due()).isZero();
        assertThat(weir.table.find(DONE, Consistency.STRONG).orElseThrow().instant("at"))
                .isEqualTo(weir.clock.instant());
        weir.clock.advance(Duration.ofMinutes(10));
        assertThat(tick().failed()).containsExactly(entry("BUG", 1));
    }

    @Test
    void aTagForWhichThereWasNoTimeIsInTheNextTick() {
        weir.cacheMany("late", 30);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        weir.upstream.misbehave(exchange -> {
            weir.clock.advance(Duration.ofSeconds(11));
            return false;
        });
        RefreshReport late = tickOn(weir.table, Duration.ofSeconds(10));
        assertThat(late.skipped()).containsKey("OUT_OF_TIME");
        weir.upstream.behave();
        tick();
        assertThat(tagsAskedFor()).isEqualTo(30);
    }

    @Test
    void aTickThatLostItsLeaseDoesNotSayWhatIsDone() {
        weir.cacheMany("lost", 60);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        AtomicInteger calls = new AtomicInteger();
        weir.upstream.misbehave(exchange -> {
            if (calls.incrementAndGet() == 1) {
                weir.table.delete(TableLayout.lease(LeaseName.ofRefresh().toString()));
                weir.leases.acquire(
                        LeaseName.ofRefresh(), "other", Leases.Take.FREE, weir.clock.instant(), weir.leaseEnd());
                weir.clock.advance(Duration.ofSeconds(20));
            }
            return false;
        });
        RefreshReport lost = tick();
        assertThat(lost.unchanged()).isBetween(1, 59);
        assertThat(weir.table.find(DONE, Consistency.STRONG)).isEmpty();
        weir.clock.advance(Duration.ofMinutes(1));
        tick();
        assertThat(tagsAskedFor()).isEqualTo(60);
        assertThat(weir.table.find(DONE, Consistency.STRONG)).isPresent();
    }

    @Test
    void aTickWhoseDoneIsNotKeptReportsAndTheNextChecksNothingTwice() {
        weir.cacheMany("kept", 20);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Table table = new FailingTable(weir.table).failWritesOf(DONE::equals);
        assertThat(tickOn(table, Duration.ofMinutes(13)).unchanged()).isEqualTo(20);
        assertThat(tick().due()).isZero();
    }

    @Test
    void aTagThatAnEventuallyConsistentReadMissesIsChecked() {
        weir.cacheMany("stale", 10);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Table table = new ForwardingTable(weir.table) {
            @Override
            public Optional<Item> find(Key key, Consistency consistency) {
                return consistency == Consistency.EVENTUAL ? Optional.empty() : super.find(key, consistency);
            }
        };
        assertThat(tickOn(table, Duration.ofMinutes(13)).unchanged()).isEqualTo(10);
    }

    /** A lease is for 45 s. */
    @Test
    void aTickThatReadsForLongKeepsItsLease() {
        weir.cacheMany("slow", 20);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        AtomicInteger reads = new AtomicInteger();
        Table table = new ForwardingTable(weir.table) {
            @Override
            public Iterator<Item> due(char shard, DueRange range) {
                weir.clock.advance(Duration.ofSeconds(4));
                if (reads.incrementAndGet() == 14) {
                    assertThat(tick().ran()).isFalse();
                }
                return super.due(shard, range);
            }
        };
        assertThat(tickOn(table, Duration.ofHours(1)).unchanged()).isEqualTo(20);
        assertThat(reads).hasValueGreaterThan(14);
    }
}
