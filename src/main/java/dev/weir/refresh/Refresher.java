package dev.weir.refresh;

import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.lease.HeldLease;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.lease.SingleFlight;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import dev.weir.store.DueTag;
import dev.weir.store.DueTags;
import dev.weir.time.DaemonThreads;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Checks the tags that are due, late ones first, sixteen at a time; one tick at a time across all processes. One tag's failure never
 * stops the rest. What is left when the deadline is over is still due.
 */
public final class Refresher implements AutoCloseable {
    private static final int THREADS = 16;
    /** Beside those being checked, as many wait: what is in memory does not grow with what is due. */
    private static final int IN_MEMORY = 2 * THREADS;

    private static final Logger LOG = System.getLogger(Refresher.class.getName());

    private final Rules rules;
    private final DueTags dueTags;
    private final DueTagRefresh refresh;
    private final SingleFlight flight;
    private final CacheEvents events;
    private final LongSupplier upstreamCalls;
    private final Clock clock;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, DaemonThreads.named("weir-refresh"));

    /** @param upstreamCalls how many calls this process made so far */
    public Refresher(
            Rules rules,
            DueTags dueTags,
            DueTagRefresh refresh,
            SingleFlight flight,
            CacheEvents events,
            LongSupplier upstreamCalls,
            Clock clock) {
        this.rules = rules;
        this.dueTags = dueTags;
        this.refresh = refresh;
        this.flight = flight;
        this.events = events;
        this.upstreamCalls = upstreamCalls;
        this.clock = clock;
    }

    /** One tick, ended by the deadline; asks for another when tags are left. */
    public RefreshReport tick(Deadline deadline) {
        RefreshReport report = flight.tryRun(
                        LeaseName.ofRefresh(), Leases.Take.FREE, lease -> Optional.of(underLease(deadline, lease)))
                .orElseGet(RefreshReport::notRun);
        if (report.backlog()) {
            events.send(List.of(new CacheEvent.RefreshContinues()));
        }
        LOG.log(Level.INFO, "refresh {0}", report.fields());
        return report;
    }

    private RefreshReport underLease(Deadline deadline, HeldLease lease) {
        RuleSet snapshot = rules.current();
        Instant began = clock.instant();
        long callsBefore = upstreamCalls.getAsLong();
        RefreshTally tally = new RefreshTally();
        Semaphore room = new Semaphore(IN_MEMORY);
        Iterator<DueTag> due = dueTags.due(began, () -> showProgress(lease));
        boolean mine = true;
        while (mine && !tally.isOutOfTime() && due.hasNext()) {
            if (deadline.isOver()) {
                tally.outOfTime();
            } else if (awaited(room, lease)) {
                DueTag next = due.next();
                tally.due(next);
                threads.execute(() -> refreshOne(snapshot, next, began, deadline, tally, room));
            } else {
                mine = false;
            }
        }
        if (awaitAll(room, lease) && mine) {
            tally.doneUntil(began).ifPresent(dueTags::rememberDone);
        }
        return tally.report(began, clock.instant(), upstreamCalls.getAsLong() - callsBefore);
    }

    private void refreshOne(
            RuleSet rules, DueTag due, Instant began, Deadline deadline, RefreshTally tally, Semaphore room) {
        try {
            refresh.refresh(rules, due, began, deadline, tally);
        } catch (RuntimeException | Error e) {
            // One tag whose manifest is too much for this process must not end the tick for all.
            LOG.log(Level.ERROR, "refresh of " + due.repository() + ":" + due.tag() + " failed", e);
            refresh.retryLater(due, tally);
        } finally {
            room.release();
        }
    }

    /** While the index is read. That the lease was lost is noticed when it is looked at next. */
    private static void showProgress(HeldLease lease) {
        try {
            lease.renewIfDue();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "refresh reads on: {0}", e.getMessage());
        }
    }

    /** Waits for room, showing a sign of life; false when the lease was lost: another tick goes on. */
    private static boolean awaited(Semaphore room, HeldLease lease) {
        try {
            do {
                lease.renewIfDue();
            } while (!room.tryAcquire(5, TimeUnit.SECONDS));
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "refresh stops: {0}", e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for what was begun, even when the lease was lost, which is false: the report is of all that this tick did. */
    private static boolean awaitAll(Semaphore room, HeldLease lease) {
        try {
            while (!room.tryAcquire(IN_MEMORY, 5, TimeUnit.SECONDS)) {
                lease.renewIfDue();
            }
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "refresh ends: {0}", e.getMessage());
            room.acquireUninterruptibly(IN_MEMORY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
