package dev.weir.refresh;

import dev.weir.check.CheckOutcome;
import dev.weir.check.TagChecker;
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

    void due() {
        due.incrementAndGet();
    }

    /** A due tag that a rule covers: only of these it matters how late they are. */
    synchronized void overdue(Instant dueAt) {
        oldest = Optional.of(oldest.filter(before -> before.isBefore(dueAt)).orElse(dueAt));
    }

    private synchronized Optional<Instant> oldest() {
        return oldest;
    }

    void skipped(String why) {
        skipped.merge(why, 1, Integer::sum);
    }

    void checked(TagChecker.Result result) {
        checked.incrementAndGet();
        result.failure()
                .ifPresentOrElse(
                        failure -> failed.merge(kind(failure), 1, Integer::sum),
                        () -> done.merge(result.outcome(), 1, Integer::sum));
        if (result.outcome() == CheckOutcome.STILL_FILLING || result.outcome() == CheckOutcome.SUPERSEDED) {
            skipped(result.outcome().name());
        }
    }

    private static String kind(RuntimeException failure) {
        return failure instanceof UpstreamException upstreams ? upstreams.kind().name() : "CREDENTIAL_UNREADABLE";
    }

    void bug() {
        checked.incrementAndGet();
        failed.merge("BUG", 1, Integer::sum);
    }

    RefreshReport report(Instant began, Instant ended, long upstreamCalls, boolean backlog) {
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
                backlog || skipped.containsKey(DueDecision.OUT_OF_TIME.name()),
                true);
    }
}
