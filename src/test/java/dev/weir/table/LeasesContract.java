package dev.weir.table;

import static dev.weir.table.StoresContract.digest;
import static dev.weir.table.StoresContract.repository;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.lease.Lease.State;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.lease.Leases.Take;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link Leases} promises, on any table. */
interface LeasesContract extends StoresContract {
    private Leases leases() {
        return new TableLeases(table());
    }

    private static LeaseName name() {
        return LeaseName.ofBlob(repository("leased"), digest(Long.toString(System.nanoTime())));
    }

    @Test
    default void oneOfManyAcquiresALease() throws Exception {
        LeaseName name = name();
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Boolean>> tries = IntStream.range(0, 16)
                    .<Callable<Boolean>>mapToObj(n -> () -> leases().acquire(name, "owner-" + n, Take.FREE, NOW, LATER))
                    .toList();
            int won = 0;
            for (Future<Boolean> one : pool.invokeAll(tries)) {
                won += one.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    default void anExpiredLeaseGoesToAnotherAndIsLostToItsHolder() {
        LeaseName name = name();
        assertThat(leases().acquire(name, "a", Take.FREE, NOW, LATER)).isTrue();
        assertThat(leases().acquire(name, "b", Take.FREE, NOW, LATER)).isFalse();
        assertThat(leases().renew(name, "a", LATER.plusSeconds(30))).isTrue();
        assertThat(leases().acquire(name, "b", Take.FREE, LATER, LATER.plusSeconds(60)))
                .isFalse();
        assertThat(leases().acquire(name, "b", Take.FREE, LATER.plusSeconds(30), LATER.plusSeconds(60)))
                .isTrue();
        assertThat(leases().renew(name, "a", LATER.plusSeconds(90))).isFalse();
        leases().release(name, "a");
        assertThat(leases().find(name)).isPresent();
        leases().release(name, "b");
        assertThat(leases().find(name)).isEmpty();
    }

    @Test
    default void aFailureIsToldAndDoesNotHoldTheLease() {
        LeaseName name = name();
        leases().acquire(name, "a", Take.FREE, NOW, LATER);
        UpstreamException why = UpstreamException.answered(
                Kind.RATE_LIMITED, "fetch x", "status 429", 429, Optional.of(Duration.ofSeconds(7)));
        leases().fail(name, "a", why, LATER);
        UpstreamException told = leases().find(name).orElseThrow().failure().orElseThrow();
        assertThat(told).hasMessage("fetch x: status 429");
        assertThat(told.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(leases().acquire(name, "b", Take.FREE, NOW, LATER)).isTrue();
    }

    @Test
    default void aRequestedLeaseWaitsForTheConsumerOfTheEvent() {
        LeaseName name = name();
        leases().acquire(name, "a", Take.FREE, NOW, LATER);
        leases().handOver(name, "a", LATER);
        assertThat(leases().find(name).orElseThrow().state()).isEqualTo(State.REQUESTED);
        assertThat(leases().acquire(name, "b", Take.FREE, NOW, LATER)).isFalse();
        assertThat(leases().acquire(name, "c", Take.FREE_OR_REQUESTED, NOW, LATER))
                .isTrue();
        leases().handOver(name, "c", LATER);
        assertThat(leases().acquire(name, "d", Take.FREE, LATER, LATER.plusSeconds(1)))
                .isTrue();
    }

    @Test
    default void anAcquireThatIsTriedAgainBySameOwnerIsTheSameAcquire() {
        LeaseName name = name();
        assertThat(leases().acquire(name, "a", Take.FREE, NOW, LATER)).isTrue();
        assertThat(leases().acquire(name, "a", Take.FREE, NOW, LATER)).isTrue();
        assertThat(leases().acquire(name, "b", Take.FREE, NOW, LATER)).isFalse();
    }

    @Test
    default void aFailureIsToldOnlyToThoseItIsFor() {
        LeaseName name = name();
        LeaseName ofAnother = new LeaseName(name.value(), "other " + name.audience());
        leases().acquire(name, "a", Take.FREE, NOW, LATER);
        leases().fail(name, "a", UpstreamException.of(Kind.UNAUTHORIZED, "fetch x", "status 403"), LATER);
        assertThat(leases().find(name).orElseThrow().failure()).isPresent();
        assertThat(leases().find(ofAnother).orElseThrow().failure()).isEmpty();
        assertThat(leases().acquire(ofAnother, "b", Take.FREE, NOW, LATER)).isTrue();
    }

    @Test
    default void workThatIsDoneIsNotTakenUpAgainAtOnce() {
        LeaseName name = name();
        leases().acquire(name, "a", Take.FREE, NOW, LATER);
        leases().finish(name, "a", NOW.plusSeconds(1));
        assertThat(leases().find(name).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(leases().acquire(name, "b", Take.FREE, NOW, LATER)).isFalse();
        assertThat(leases().acquire(name, "b", Take.FREE_OR_DONE, NOW, LATER)).isTrue();
        leases().finish(name, "b", NOW.plusSeconds(1));
        assertThat(leases().acquire(name, "c", Take.FREE, NOW.plusSeconds(1), LATER))
                .isTrue();
    }
}
