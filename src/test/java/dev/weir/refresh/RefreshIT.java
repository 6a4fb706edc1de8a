package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.CacheEvent;
import dev.weir.fake.WatchedTable;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.table.TableLayout;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a tick takes, how much of it, and how often. */
class RefreshIT extends RefreshSuite {
    @Test
    void aTagThatDidNotMoveCostsOneHead() {
        weir.upstream.image("same", "1", bytes("layer"));
        pull("same");
        RefreshReport report = tickADayLater();
        assertThat(report.unchanged()).isEqualTo(1);
        assertThat(report.upstreamCalls()).isEqualTo(1);
        assertThat(weir.upstream.requests()).hasSize(1);
        assertThat(cached("same").checkedAt()).isEqualTo(weir.clock.instant());
        assertThat(tick().due()).isZero();
    }

    @Test
    void idleTagsAreLeftAloneUntilTheirNextPull() {
        weir.upstream.image("idle", "1", bytes("layer"));
        pull("idle");
        weir.clock.advance(WeirUnderTest.IDLE);
        weir.upstream.requests().clear();
        assertThat(tick().skipped()).containsEntry("IDLE", 1);
        assertThat(tickADayLater().due()).isZero();
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(pull("idle").headers()).containsEntry("Cache-Status", "weir; hit; fwd=stale; fwd-status=200");
        assertThat(tickADayLater().unchanged()).isEqualTo(1);
    }

    @Test
    void aPullIsNotedOnceAnHour() {
        weir.upstream.image("noted", "1", bytes("layer"));
        pull("noted");
        Instant first = cached("noted").pulledAt();
        weir.clock.advance(Duration.ofMinutes(59));
        pull("noted");
        assertThat(cached("noted").pulledAt()).isEqualTo(first);
        weir.clock.advance(Duration.ofMinutes(1));
        pull("noted");
        assertThat(cached("noted").pulledAt()).isEqualTo(weir.clock.instant());
    }

    @Test
    void aTagWhoseIntervalGrewIsNoLongerDue() {
        weir.upstream.image("slower", "1", bytes("layer"));
        pull("slower");
        weir.refreshInterval = Optional.of(Duration.ofDays(365));
        assertThat(tickADayLater().skipped()).containsEntry("NOT_DUE", 1);
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(tick().due()).isZero();
    }

    @Test
    void twoTicksAtOnceCheckEachTagOnce() throws Exception {
        weir.cacheMany("twice", 100);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        Refresher second = weir.refresher();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        CountDownLatch start = new CountDownLatch(1);
        Deadline deadline = Deadline.in(weir.clock, Duration.ofMinutes(13));
        Future<RefreshReport> a = pool.submit(() -> {
            start.await();
            return refresher.tick(deadline);
        });
        Future<RefreshReport> b = pool.submit(() -> {
            start.await();
            return second.tick(deadline);
        });
        start.countDown();
        assertThat(a.get().checked() + b.get().checked()).isEqualTo(100);
        assertThat(weir.upstream.requests()).hasSize(100);
        pool.shutdownNow();
        second.close();
    }

    @Test
    void aTickThatRunsOutOfTimeAsksForAnotherAndLosesNothing() {
        weir.cacheMany("late", 50);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.events.clear();
        RefreshReport late = refresher.tick(Deadline.in(weir.clock, Duration.ZERO));
        assertThat(late.checked()).isZero();
        assertThat(late.backlog()).isTrue();
        assertThat(weir.events).containsExactly(new CacheEvent.RefreshContinues());
        assertThat(tick().unchanged()).isEqualTo(50);
    }

    @Test
    void inADayEachOfAThousandTagsIsCheckedOnceEvenlySpread() {
        weir.cacheMany("day", 1000);
        weir.upstream.requests().clear();
        int most = 0;
        for (int tick = 0; tick < 96; tick++) {
            weir.clock.advance(Duration.ofMinutes(15));
            most = Math.max(most, tick().checked());
        }
        assertThat(weir.upstream.requests()).hasSize(1000);
        assertThat(weir.upstream.requests().stream()
                        .map(request -> request.path())
                        .distinct())
                .hasSize(1000);
        assertThat(most).isLessThan(35); // 1000 / 96 is 10
    }

    @Test
    void tenThousandDueTagsCostOneHeadEachSixteenAtOnceAndThirtyTwoInMemory() {
        weir.cacheMany("big", 10_000);
        Digest held = weir.tags
                .find(weir.repository("up/big"), Tag.parse("t1"))
                .found()
                .orElseThrow()
                .digest();
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        weir.upstream.misbehave(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                exchange.getResponseHeaders().set("Docker-Content-Digest", held.toString());
                exchange.sendResponseHeaders(200, -1);
            } finally {
                now.decrementAndGet();
            }
            return true;
        });
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger mostTaken = new AtomicInteger();
        // The first of each shard is read before any is handed out, of the times before and after midnight.
        int readAhead = 2 * TableLayout.DUE_SHARDS.length();
        WatchedTable watched = new WatchedTable(
                weir.table,
                () -> mostTaken.accumulateAndGet(
                        taken.incrementAndGet()
                                - readAhead
                                - weir.upstream.requests().size(),
                        Math::max));
        RefreshReport report;
        try (Refresher counting = weir.refresher(watched)) {
            report = counting.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
        }
        assertThat(mostTaken.get()).isLessThanOrEqualTo(32);
        assertThat(report.unchanged()).isEqualTo(10_000);
        assertThat(report.upstreamCalls()).isEqualTo(10_000);
        assertThat(weir.upstream.requests()).hasSize(10_000);
        assertThat(most.get()).isLessThanOrEqualTo(16);
    }
}
