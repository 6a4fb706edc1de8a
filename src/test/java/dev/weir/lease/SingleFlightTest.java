package dev.weir.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.local.MvStoreTable;
import dev.weir.table.TableLeases;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of many does the work, on the leases of a laptop; time passes when a caller sleeps. */
class SingleFlightTest {
    private static final LeaseName NAME = new LeaseName("work", "everybody");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private final AtomicInteger works = new AtomicInteger();
    private volatile Optional<String> store = Optional.empty();
    private MvStoreTable table;
    private Leases leases;
    private SingleFlight flight;

    @BeforeEach
    void open() {
        table = MvStoreTable.open(folder, clock);
        leases = new TableLeases(table);
        flight = new SingleFlight(leases, clock, clock::advance);
    }

    @AfterEach
    void close() {
        table.close();
    }

    private Optional<String> work(HeldLease lease) {
        works.incrementAndGet();
        store = Optional.of("result");
        return store;
    }

    private Optional<String> run(Duration patience) {
        return flight.run(NAME, Deadline.in(clock, patience), () -> store, this::work);
    }

    @Test
    void aFreeLeaseIsTakenWithoutLookingForTheResultFirst() {
        AtomicInteger looks = new AtomicInteger();
        Optional<String> result = flight.run(
                NAME,
                Deadline.in(clock, Duration.ofSeconds(1)),
                () -> {
                    looks.incrementAndGet();
                    return store;
                },
                this::work);
        assertThat(result).contains("result");
        assertThat(looks).hasValue(0);
    }

    /** Here no time passes: one who comes late finds the lease that says done. */
    @Test
    void manyCallersDoTheWorkOnce() throws Exception {
        SingleFlight atOnce = new SingleFlight(leases, clock, pause -> LockSupport.parkNanos(1_000_000));
        CountDownLatch started = new CountDownLatch(8);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Callable<Optional<String>>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(() -> {
                started.countDown();
                started.await();
                return atOnce.run(NAME, Deadline.in(clock, Duration.ofMinutes(10)), () -> store, lease -> {
                    works.incrementAndGet();
                    store = Optional.of("result");
                    return store;
                });
            });
        }
        try {
            for (Future<Optional<String>> caller : pool.invokeAll(callers)) {
                assertThat(caller.get()).contains("result");
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(works).hasValue(1);
    }

    @Test
    void aCallerWhoWaitsGetsWhatTheOtherStored() {
        leases.acquire(
                NAME,
                "other",
                Leases.Take.FREE,
                clock.instant(),
                clock.instant().plusSeconds(45));
        SingleFlight waiting = new SingleFlight(leases, clock, wait -> {
            store = Optional.of("theirs");
            leases.release(NAME, "other");
        });
        assertThat(waiting.run(NAME, Deadline.in(clock, Duration.ofSeconds(5)), () -> store, this::work))
                .contains("theirs");
        assertThat(works).hasValue(0);
    }

    @Test
    void theResultOfAHolderWhoDiedBeforeItGaveTheLeaseBackIsFound() {
        leases.acquire(
                NAME, "dead", Leases.Take.FREE, clock.instant(), clock.instant().plusSeconds(45));
        store = Optional.of("theirs");
        assertThat(run(Duration.ofSeconds(5))).contains("theirs");
        assertThat(works).hasValue(0);
    }

    @Test
    void whoWaitsForLongLooksLessOftenAndNeverAtTheResultWhileAnotherIsAtWork() {
        leases.acquire(
                NAME,
                "other",
                Leases.Take.FREE,
                clock.instant(),
                clock.instant().plusSeconds(45));
        List<Duration> pauses = new ArrayList<>();
        AtomicInteger looks = new AtomicInteger();
        SingleFlight waiting = new SingleFlight(leases, clock, pause -> {
            pauses.add(pause);
            clock.advance(pause);
        });
        waiting.run(
                NAME,
                Deadline.in(clock, Duration.ofSeconds(25)),
                () -> {
                    looks.incrementAndGet();
                    return Optional.empty();
                },
                this::work);
        assertThat(pauses.subList(0, 16)).allMatch(pause -> pause.toMillis() <= 250);
        assertThat(pauses).allMatch(pause -> pause.toMillis() <= 2000).hasSizeBetween(30, 70);
        assertThat(looks).hasValue(1);
    }

    @Test
    void whoOnlyStartsTheWorkNeverWaits() {
        SingleFlight starting = new SingleFlight(leases, clock, pause -> {
            throw new AssertionError("waited for " + pause);
        });
        leases.acquire(
                NAME,
                "other",
                Leases.Take.FREE,
                clock.instant(),
                clock.instant().plusSeconds(45));
        assertThat(starting.start(NAME, this::work)).isEmpty();
        leases.release(NAME, "other");
        assertThat(starting.start(NAME, this::work)).contains("result");
    }

    @Test
    void aCallerWhoWaitsIsToldWhyTheOtherFailed() {
        leases.acquire(
                NAME,
                "other",
                Leases.Take.FREE,
                clock.instant(),
                clock.instant().plusSeconds(45));
        UpstreamException why = UpstreamException.of(Kind.UNAVAILABLE, "fetch x", "connection refused");
        SingleFlight waiting = new SingleFlight(
                leases,
                clock,
                wait -> leases.fail(NAME, "other", why, clock.instant().plusSeconds(20)));
        assertThatThrownBy(() -> waiting.run(NAME, Deadline.in(clock, Duration.ofSeconds(5)), () -> store, this::work))
                .isInstanceOf(UpstreamException.class)
                .hasMessage("fetch x: connection refused");
        assertThat(works).hasValue(0);
    }

    @Test
    void aFailureOfAnotherAudienceIsNotToldAndTheWorkIsDone() {
        LeaseName theirs = new LeaseName(NAME.value(), "others");
        leases.acquire(
                theirs,
                "other",
                Leases.Take.FREE,
                clock.instant(),
                clock.instant().plusSeconds(45));
        UpstreamException why = UpstreamException.of(Kind.UNAUTHORIZED, "fetch their/secret", "status 403");
        SingleFlight waiting = new SingleFlight(
                leases,
                clock,
                wait -> leases.fail(theirs, "other", why, clock.instant().plusSeconds(20)));
        assertThat(waiting.run(NAME, Deadline.in(clock, Duration.ofSeconds(5)), () -> store, this::work))
                .contains("result");
    }

    @Test
    void aHolderWhoDiedIsFollowedByAnother() {
        leases.acquire(
                NAME, "dead", Leases.Take.FREE, clock.instant(), clock.instant().plusSeconds(45));
        assertThat(run(Duration.ofSeconds(5))).isEmpty();
        assertThat(run(Duration.ofMinutes(1))).contains("result");
        assertThat(works).hasValue(1);
    }

    @Test
    void aResultThatIsGoneAtOnceIsMadeAgain() {
        run(Duration.ofSeconds(5));
        store = Optional.empty();
        assertThat(run(Duration.ofSeconds(5))).contains("result");
        assertThat(works).hasValue(2);
    }

    @Test
    void aFailureOfTheCallersOwnTimeIsNotKeptForOthers() {
        assertThatThrownBy(() -> flight.tryRun(NAME, Leases.Take.FREE, lease -> {
                    throw UpstreamException.outOfTime("fetch x", null);
                }))
                .isInstanceOf(UpstreamException.class);
        assertThat(flight.recentFailure(NAME)).isEmpty();
        assertThat(leases.find(NAME)).isEmpty();
    }

    @Test
    void workThatWasHandedOverIsLeftToTheConsumerOfTheEvent() {
        Optional<String> result = flight.run(NAME, Deadline.in(clock, Duration.ofSeconds(5)), () -> store, lease -> {
            lease.handOver(Duration.ofSeconds(30));
            return Optional.empty();
        });
        assertThat(result).isEmpty();
        assertThat(flight.tryRun(NAME, Leases.Take.FREE, this::work)).isEmpty();
        assertThat(flight.tryRun(NAME, Leases.Take.FREE_OR_REQUESTED, this::work))
                .contains("result");
    }

    @Test
    void whoeverEndsWorkWakesThoseWhoWaitForItInTheSameProcess() {
        AtomicInteger wakes = new AtomicInteger();
        SingleFlight waking = new SingleFlight(leases, clock, new Sleeper() {
            @Override
            public void sleep(Duration duration) {
                clock.advance(duration);
            }

            @Override
            public void wake() {
                assertThat(leases.find(NAME).map(Lease::state)).isNotEqualTo(Optional.of(Lease.State.HELD));
                wakes.incrementAndGet();
            }
        });
        assertThat(waking.start(NAME, this::work)).contains("result");
        assertThat(wakes).hasValue(1);
        clock.advance(SingleFlight.LEASE);
        assertThatThrownBy(() -> waking.start(NAME, lease -> {
                    throw UpstreamException.of(Kind.UNAVAILABLE, "work", "it failed");
                }))
                .isInstanceOf(UpstreamException.class);
        assertThat(wakes).hasValue(2);
    }
}
