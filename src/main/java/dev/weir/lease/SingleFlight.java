package dev.weir.lease;

import dev.weir.time.Deadline;
import dev.weir.time.Durations;
import dev.weir.time.RandomNumber;
import dev.weir.time.Sleeper;
import dev.weir.upstream.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets one caller across all processes do a piece of work while the others wait for its result. The lease is data with an
 * expiry, not a lock: when its holder dies, another takes it.
 */
public final class SingleFlight {
    /** How long a holder may show no sign of life: longer than upstream's silence limit (30 s). */
    static final Duration LEASE = Duration.ofSeconds(45);
    /** How long a failure is kept for those who wait. */
    static final Duration FAILURE_KEPT = Duration.ofSeconds(20);
    /** Longer than a caller takes from its look at the store to its try for the lease. */
    static final Duration DONE_KEPT = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final Leases leases;
    private final Clock clock;
    private final Sleeper sleeper;

    public SingleFlight(Leases leases, Clock clock, Sleeper sleeper) {
        this.leases = leases;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * Does the work now, unless another does it. Empty when another does, and when the work left it to another.
     *
     * <p>Errors: what the work throws.
     *
     * @param take whether a lease may be taken that was requested by an event
     * @param work empty when it handed the lease over
     */
    public <T> Optional<T> tryRun(LeaseName name, Leases.Take take, Function<HeldLease, Optional<T>> work) {
        return tryRun(name, take, AfterSuccess.RELEASED, work);
    }

    /** What a lease is after the work succeeded. */
    private enum AfterSuccess {
        RELEASED,
        /** For a moment, so that those who looked for the result before it was there look again. */
        DONE
    }

    private <T> Optional<T> tryRun(
            LeaseName name, Leases.Take take, AfterSuccess after, Function<HeldLease, Optional<T>> work) {
        String owner = UUID.randomUUID().toString();
        Instant now = clock.instant();
        if (!leases.acquire(name, owner, take, now, now.plus(LEASE))) {
            return Optional.empty();
        }
        boolean ended = false;
        try {
            Optional<T> result = work.apply(new HeldLease(leases, name, owner, LEASE, clock));
            if (result.isPresent() && after == AfterSuccess.DONE) {
                Instant doneAt = clock.instant();
                leases.finish(name, owner, doneAt, doneAt.plus(DONE_KEPT));
                ended = true;
            }
            return result;
        } catch (UpstreamException e) {
            ended = e.origin() == UpstreamException.Origin.ANSWERED;
            if (ended) {
                Instant failedAt = clock.instant();
                leases.fail(name, owner, e, failedAt, failedAt.plus(FAILURE_KEPT));
            }
            throw e;
        } finally {
            if (!ended) {
                leases.release(name, owner);
            }
        }
    }

    /**
     * The result of the work, done here or by another. Empty when the deadline is over first.
     *
     * <p>Errors: what the work throws, and what it threw in the process that was waited for.
     *
     * @param held looks for the result; asked after each wait
     * @param work done under the lease; empty when it handed the lease over, to a process that is then waited for
     */
    public <T> Optional<T> run(
            LeaseName name, Deadline deadline, Supplier<Optional<T>> held, Function<HeldLease, Optional<T>> work) {
        Optional<T> result = tryRun(name, Leases.Take.FREE, AfterSuccess.DONE, work);
        for (Duration pause = FIRST_PAUSE;
                result.isEmpty() && !deadline.isOver();
                pause = Durations.shorter(pause.multipliedBy(2), LONGEST_PAUSE)) {
            sleeper.sleep(jittered(pause));
            result = held.get();
            if (result.isEmpty() && isFree(name)) {
                // Looked for once more: another may have ended between the look and the try.
                result = tryRun(name, Leases.Take.FREE_OR_DONE, AfterSuccess.DONE, lease -> held.get()
                        .or(() -> work.apply(lease)));
            }
        }
        return result;
    }

    /** Errors: the {@link UpstreamException} with which the work failed in another process. */
    private boolean isFree(LeaseName name) {
        Optional<Lease> current = current(name);
        current.flatMap(Lease::failure).ifPresent(failure -> {
            throw failure;
        });
        return current.isEmpty()
                || current.get().state() == Lease.State.DONE
                || current.get().state() == Lease.State.FAILED;
    }

    private Optional<Lease> current(LeaseName name) {
        return leases.find(name).filter(lease -> !lease.isExpiredAt(clock.instant()));
    }

    /** Why the work failed a moment ago, if it did. */
    public Optional<UpstreamException> recentFailure(LeaseName name) {
        return current(name).flatMap(Lease::failure);
    }

    private static Duration jittered(Duration duration) {
        return Duration.ofMillis(RandomNumber.between(duration.toMillis() / 2, duration.toMillis() + 1));
    }
}
