package dev.weir.simulation;

import dev.weir.time.DaemonThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only while every task waits, at once to the next moment for which one waits. Blocking code runs in it
 * unchanged. One task runs at a time, so a model made of tasks needs no locks.
 */
final class VirtualTime extends Clock implements AutoCloseable {
    private static final Instant BEGIN = Instant.parse("2100-01-01T00:00:00Z");

    /** Of the task that runs on this thread. */
    private static final ThreadLocal<Semaphore> OWN = new ThreadLocal<>();

    private final PriorityQueue<Turn> turns =
            new PriorityQueue<>(Comparator.comparing(Turn::at).thenComparing(Turn::number));
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("weir-simulated"));
    private final Semaphore allWait = new Semaphore(0);
    private volatile Instant now = BEGIN;
    private volatile @Nullable Throwable failure;
    private long turnsTaken;

    /** When a task goes on. */
    private record Turn(Instant at, long number, Runnable resume) {}

    /** A task that begins after a while. */
    void start(Duration after, Runnable work) {
        add(after, () -> threads.execute(() -> run(work)));
    }

    private void add(Duration after, Runnable resume) {
        turns.add(new Turn(now.plus(after), turnsTaken++, resume));
    }

    private void run(Runnable work) {
        OWN.set(new Semaphore(0));
        try {
            work.run();
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
        } finally {
            allWait.release();
        }
    }

    /** Called by a task: lets the others run until the time has passed. */
    void sleep(Duration duration) {
        Semaphore turn = OWN.get();
        add(duration, turn::release);
        giveWay(turn);
    }

    private void giveWay(Semaphore turn) {
        allWait.release();
        acquire(turn);
    }

    /** Called by a task: runs them side by side, and goes on when all have ended. */
    void sideBySide(List<Runnable> works) {
        Semaphore turn = OWN.get();
        List<Runnable> open = new ArrayList<>(works);
        for (Runnable work : works) {
            start(Duration.ZERO, () -> {
                work.run();
                open.remove(work);
                if (open.isEmpty()) {
                    add(Duration.ZERO, turn::release);
                }
            });
        }
        giveWay(turn);
    }

    /** Runs until no task is left. Errors: what a task has thrown. */
    void runToTheEnd() {
        for (Turn next = turns.poll(); next != null && failure == null; next = turns.poll()) {
            now = next.at();
            next.resume().run();
            acquire(allWait);
        }
        Optional.ofNullable(failure).ifPresent(thrown -> {
            throw new AssertionError("a task failed after " + sinceTheBegin(), thrown);
        });
    }

    private static void acquire(Semaphore semaphore) {
        try {
            semaphore.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the simulation has ended", e);
        }
    }

    Duration sinceTheBegin() {
        return Duration.between(BEGIN, now);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
