package dev.weir.lease;

import dev.weir.time.Deadline;
import dev.weir.time.Durations;
import dev.weir.time.RandomNumber;
import dev.weir.time.Sleeper;
import dev.weir.time.Waiting;
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
    /** Between two looks of a caller who waits for a short time. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    /** From then on a caller waits for long: a later look costs it little, and thousands of callers wait for long together. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(4);
    /** Between two looks of a caller who waits for long: a partition of the table serves 3,000 reads a second. */
    private static final Duration LONGEST_PAUSE_OF_A_LONG_WAIT = Duration.ofSeconds(2);

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
                leases.finish(name, owner, clock.instant().plus(DONE_KEPT));
                ended = true;
            }
            return result;
        } catch (UpstreamException e) {
            ended = e.origin() == UpstreamException.Origin.ANSWERED;
            if (ended) {
                leases.fail(name, owner, e, clock.instant().plus(FAILURE_KEPT));
            }
            throw e;
        } finally {
            if (!ended) {
                leases.release(name, owner);
            }
            sleeper.wake();
        }
    }

    /**
     * Does the work now, unless another does it. Empty when another does, and when the work left it to another. Those who wait
     * find the result.
     *
     * <p>Errors: what the work throws.
     *
     * @param work looks for the result first: another may have ended a moment ago; empty when it handed the lease over
     */
    public <T> Optional<T> start(LeaseName name, Function<HeldLease, Optional<T>> work) {
        return tryRun(name, Leases.Take.FREE_OR_DONE, AfterSuccess.DONE, work);
    }

    /**
     * The result of the work, done here or by another. Empty when the deadline is over first. A look is one read while another
     * is at work, whatever the result.
     *
     * <p>Errors: what the work throws, and what it threw in the process that was waited for.
     *
     * @param held looks for the result; asked when no other is at work any more, and at the deadline
     * @param work done under the lease; empty when it handed the lease over, to a process that is then waited for
     */
    public <T> Optional<T> run(
            LeaseName name, Waiting waiting, Supplier<Optional<T>> held, Function<HeldLease, Optional<T>> work) {
        Optional<T> result = tryRun(name, Leases.Take.FREE, AfterSuccess.DONE, work);
        Instant since = clock.instant().minus(waiting.before());
        for (Duration pause = FIRST_PAUSE; result.isEmpty() && !waiting.until().isOver(); pause = next(pause, since)) {
            sleeper.doze(jittered(pause));
            Optional<Lease> current = current(name);
            if (current.filter(SingleFlight::isAtWork).isPresent()) {
                continue;
            }
            result = held.get();
            if (result.isEmpty()) {
                current.flatMap(Lease::failure).ifPresent(failure -> {
                    throw failure;
                });
                // Looked for once more: another may have ended between the look and the try.
                result = tryRun(name, Leases.Take.FREE_OR_DONE, AfterSuccess.DONE, lease -> held.get()
                        .or(() -> work.apply(lease)));
            }
        }
        // One who died after the work, and before it gave the lease back, has left the result.
        return result.or(held);
    }

    /** The same, of a caller who begins to wait. */
    public <T> Optional<T> run(
            LeaseName name, Deadline deadline, Supplier<Optional<T>> held, Function<HeldLease, Optional<T>> work) {
        return run(name, Waiting.until(deadline), held, work);
    }

    private Duration next(Duration pause, Instant since) {
        Duration waited = Duration.between(since, clock.instant());
        return waited.compareTo(LONG_WAIT) < 0
                ? Durations.shorter(pause.multipliedBy(2), LONGEST_PAUSE)
                : Durations.shorter(waited.dividedBy(8), LONGEST_PAUSE_OF_A_LONG_WAIT);
    }

    private static boolean isAtWork(Lease lease) {
        return lease.state() == Lease.State.HELD || lease.state() == Lease.State.REQUESTED;
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
