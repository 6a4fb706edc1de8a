package dev.weir.refresh;

import dev.weir.check.CheckOutcome;
import dev.weir.check.TagChecker;
import dev.weir.store.DueTag;
import dev.weir.upstream.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the threads of one tick do. */
final class RefreshTally {
    private final AtomicInteger due = new AtomicInteger();
    private final AtomicInteger checked = new AtomicInteger();
    private final Map<CheckOutcome, Integer> done = new ConcurrentHashMap<>();
    private final Map<String, Integer> failed = new ConcurrentHashMap<>();
    private final Map<String, Integer> skipped = new ConcurrentHashMap<>();
    private Optional<Instant> oldest = Optional.empty();
    private Optional<Instant> leftDue = Optional.empty();
    private Optional<DueTag> last = Optional.empty();
    private boolean isOutOfTime;

    /** The next in line was taken. */
    synchronized void due(DueTag next) {
        due.incrementAndGet();
        last = Optional.of(next);
    }

    /** The tick's time is over and more is due. */
    synchronized void outOfTime() {
        isOutOfTime = true;
    }

    synchronized boolean isOutOfTime() {
        return isOutOfTime;
    }

    /** A due tag that a rule covers: only of these it matters how late they are. */
    synchronized void overdue(Instant dueAt) {
        oldest = earlier(oldest, dueAt);
    }

    /** A tag that the next tick is to take. */
    synchronized void leftDue(DueTag due) {
        leftDue = earlier(leftDue, due.dueAt());
    }

    /** All that was due by then was checked or is due later; {@code began} when nothing was left, empty when nothing was taken. */
    synchronized Optional<Instant> doneUntil(Instant began) {
        if (isOutOfTime && last.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> left =
                isOutOfTime ? earlier(leftDue, last.orElseThrow().dueAt()) : leftDue;
        return Optional.of(left.map(dueAt -> dueAt.minusMillis(1)).orElse(began));
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Instant other) {
        return Optional.of(one.filter(instant -> instant.isBefore(other)).orElse(other));
    }

    private synchronized Optional<Instant> oldest() {
        return oldest;
    }

    void skipped(String why) {
        skipped.merge(why, 1, Integer::sum);
    }

    void skipped(DueTag due, DueDecision decision) {
        skipped(decision.name());
        if (decision.staysDue()) {
            leftDue(due);
        }
    }

    void checked(DueTag due, TagChecker.Result result) {
        checked.incrementAndGet();
        result.failure()
                .ifPresentOrElse(
                        failure -> failed.merge(kind(failure), 1, Integer::sum),
                        () -> done.merge(result.outcome(), 1, Integer::sum));
        if (result.outcome() == CheckOutcome.STILL_FILLING || result.outcome() == CheckOutcome.SUPERSEDED) {
            skipped(result.outcome().name());
        }
        if (result.outcome() == CheckOutcome.LEFT_DUE) {
            leftDue(due);
        }
    }

    private static String kind(RuntimeException failure) {
        return failure instanceof UpstreamException upstreams ? upstreams.kind().name() : "CREDENTIAL_UNREADABLE";
    }

    void bug() {
        checked.incrementAndGet();
        failed.merge("BUG", 1, Integer::sum);
    }

    synchronized RefreshReport report(Instant began, Instant ended, long upstreamCalls) {
        return new RefreshReport(
                due.get(),
                checked.get(),
                done.getOrDefault(CheckOutcome.UNCHANGED, 0),
                done.getOrDefault(CheckOutcome.MOVED, 0),
                done.getOrDefault(CheckOutcome.KEPT_IMMUTABLE, 0),
                new TreeMap<>(failed),
                new TreeMap<>(skipped),
                upstreamCalls,
                Duration.between(began, ended),
                oldest().map(dueAt -> Duration.between(dueAt, began)).orElse(Duration.ZERO),
                isOutOfTime || skipped.containsKey(DueDecision.OUT_OF_TIME.name()),
                true);
    }
}
