package dev.weir.lease;

import dev.weir.time.Sleeper;
import dev.weir.upstream.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets one caller in the world do a piece of work while the others wait for its result. The lease is data with an expiry,
 * not a lock: whoever dies holding it is followed by another.
 */
public final class SingleFlight {
    /** How long a holder may show no sign of life: longer than upstream's silence limit (30 s). */
    static final Duration LEASE = Duration.ofSeconds(45);
    /** How long a failure is kept for those who wait. */
    static final Duration FAILURE_KEPT = Duration.ofSeconds(20);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Leases leases;
    private final Clock clock;
    private final Sleeper pause;

    public SingleFlight(Leases leases, Clock clock, Sleeper pause) {
        this.leases = leases;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Does the work if nobody else is at it. Empty when somebody is.
     *
     * <p>Errors: what the work throws; an {@link UpstreamException} is left for those who wait, unless it was only this caller's
     * time that ran out.
     */
    public <T> Optional<T> tryRun(LeaseName name, Function<HeldLease, T> work) {
        String owner = UUID.randomUUID().toString();
        Instant now = clock.instant();
        if (!leases.acquire(name, owner, now, now.plus(LEASE))) {
            return Optional.empty();
        }
        boolean failed = false;
        try {
            return Optional.of(work.apply(new HeldLease(leases, name, owner, LEASE, clock)));
        } catch (UpstreamException e) {
            failed = !e.isOutOfTime();
            if (failed) {
                Instant failedAt = clock.instant();
                leases.fail(name, owner, e, failedAt, failedAt.plus(FAILURE_KEPT));
            }
            throw e;
        } finally {
            if (!failed) {
                leases.release(name, owner);
            }
        }
    }

    /**
     * The result: as soon as {@code held} has it, or by doing the work. Empty when the deadline passes first.
     *
     * <p>Errors: what the work throws, and what it threw in whoever was waited for.
     *
     * @param held looks whether the result is there; asked after every wait
     * @param work done under the lease; empty when it was handed to somebody else, who is then waited for
     */
    public <T> Optional<T> run(
            LeaseName name, Instant deadline, Supplier<Optional<T>> held, Function<HeldLease, Optional<T>> work) {
        Duration next = FIRST_PAUSE;
        for (boolean waited = false; ; waited = true) {
            Optional<Lease> current = leases.find(name).filter(found -> !found.isExpiredAt(clock.instant()));
            Optional<UpstreamException> failure = current.flatMap(Lease::failure);
            if (waited && failure.isPresent()) {
                throw failure.get();
            }
            if (current.isEmpty() || failure.isPresent()) {
                Optional<T> result = tryRun(name, lease -> held.get().or(() -> work.apply(lease)))
                        .flatMap(Function.identity());
                if (result.isPresent()) {
                    return result;
                }
            }
            if (!clock.instant().isBefore(deadline)) {
                return Optional.empty();
            }
            pause.of(jittered(next));
            next = min(next.multipliedBy(2), LONGEST_PAUSE);
            Optional<T> result = held.get();
            if (result.isPresent()) {
                return result;
            }
        }
    }

    /** Why the work ended in vain a moment ago, if it did. */
    public Optional<UpstreamException> recentFailure(LeaseName name) {
        return leases.find(name)
                .filter(lease -> !lease.isExpiredAt(clock.instant()))
                .flatMap(Lease::failure);
    }

    private static Duration jittered(Duration duration) {
        return Duration.ofMillis(
                ThreadLocalRandom.current().nextLong(duration.toMillis() / 2, duration.toMillis() + 1));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
