package dev.weir.refresh;

import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.fill.ImageContents;
import dev.weir.oci.Tag;
import dev.weir.rules.RuleMatch;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import dev.weir.store.DueTag;
import dev.weir.store.TagMove;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import dev.weir.upstream.CircuitBreakingUpstreamRegistry;
import dev.weir.upstream.RateLimit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What happens to one due tag. Called by many threads. */
public final class DueTagRefresh {
    /** A check that began in time may still end; the function keeps more than that in reserve. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** For this long a tag without a rule is just due: a rule that is replaced is away for a moment. Less than ticks look back. */
    private static final Duration PATIENCE_WITHOUT_RULE = Duration.ofMinutes(30);

    private static final Logger LOG = System.getLogger(DueTagRefresh.class.getName());

    private final TagStore tags;
    private final CircuitBreakingUpstreamRegistry upstream;
    private final TagChecker checker;
    private final ImageContents images;
    private final CheckSchedule schedule;
    private final Duration idle;
    private final Clock clock;

    /** @param idle tags not pulled for this long are not checked until their next pull */
    public DueTagRefresh(
            TagStore tags,
            CircuitBreakingUpstreamRegistry upstream,
            TagChecker checker,
            ImageContents images,
            CheckSchedule schedule,
            Duration idle,
            Clock clock) {
        this.tags = tags;
        this.upstream = upstream;
        this.checker = checker;
        this.images = images;
        this.schedule = schedule;
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * Checks the tag, or leaves it due, or decides when it comes up again.
     *
     * @param rules one snapshot for the whole tick
     */
    void refresh(RuleSet rules, DueTag due, Instant tickBegan, Deadline deadline, RefreshTally tally) {
        RuleMatch match = rules.match(due.repository());
        if (match.found().isEmpty()) {
            withoutRule(due, tickBegan);
            tally.skipped(match.unreadable().isPresent() ? "UNREADABLE_RULE" : "NO_RULE");
            return;
        }
        UpstreamRepository repository = match.found().get();
        if (repository.denial().or(() -> repository.denialOf(due.tag())).isPresent()) {
            // As one that is idle: a pull puts it back, once it may be pulled again.
            tags.unschedule(repository.name(), due.tag(), clock.instant());
            tally.skipped("DENIED");
            return;
        }
        tally.overdue(due.dueAt());
        DueDecision decision = DueDecision.before(
                deadline.isOver(), upstream.isOpen(repository), isRateLimitLow(repository, tickBegan));
        if (decision != DueDecision.CHECK) {
            tally.skipped(due, decision);
            return;
        }
        toBeChecked(repository, due, tally)
                .ifPresent(cached -> tally.checked(due, check(repository, due, cached, deadline)));
    }

    /** The rule may be back in a minute, or much later: the tag comes up in the next ticks, and then at its time of day. */
    private void withoutRule(DueTag due, Instant tickBegan) {
        Duration late = Duration.between(due.dueAt(), tickBegan);
        if (late.compareTo(PATIENCE_WITHOUT_RULE) > 0) {
            tags.schedule(due.repository(), due.tag(), due.dueAt().plus(Duration.ofDays(late.toDays() + 1)));
        }
    }

    /** A tag as it was a second ago may be checked once more than needed; whatever else is done is decided by the tag as it is. */
    private Optional<CachedTag> toBeChecked(UpstreamRepository repository, DueTag due, RefreshTally tally) {
        Optional<CachedTag> early = tags.findEventually(repository, due.tag())
                .found()
                .filter(tag -> decide(repository, due.tag(), tag) == DueDecision.CHECK);
        if (early.isPresent()) {
            return early;
        }
        Optional<CachedTag> cached = tags.find(repository, due.tag()).found();
        DueDecision decision = cached.map(tag -> decided(repository, due, tag)).orElseGet(() -> removed(due));
        if (decision == DueDecision.CHECK) {
            return cached;
        }
        tally.skipped(due, decision);
        return Optional.empty();
    }

    private DueDecision decide(UpstreamRepository repository, Tag tag, CachedTag cached) {
        return DueDecision.of(clock.instant(), schedule.dueAt(repository, tag, cached), cached.pulledAt(), idle);
    }

    /** After a fault of ours: again in some minutes, so that the tag isn't first in line for ever. */
    void retryLater(DueTag due, RefreshTally tally) {
        tally.bug();
        try {
            tags.schedule(due.repository(), due.tag(), clock.instant().plus(CheckSchedule.RETRY));
        } catch (RuntimeException e) {
            tally.leftDue(due);
            LOG.log(Level.WARNING, "{0}:{1} stays due: {2}", due.repository(), due.tag(), e.getMessage());
        }
    }

    private boolean isRateLimitLow(UpstreamRepository repository, Instant tickBegan) {
        return upstream.rateLimit(repository.rule().account())
                .filter(said -> !said.observedAt().isBefore(tickBegan))
                .filter(RateLimit::isLow)
                .isPresent();
    }

    private DueDecision decided(UpstreamRepository repository, DueTag due, CachedTag tag) {
        DueDecision decision = decide(repository, due.tag(), tag);
        if (decision == DueDecision.IDLE) {
            tags.unschedule(repository.name(), due.tag(), clock.instant());
        } else if (decision == DueDecision.NOT_DUE) {
            // Its interval has changed, or the index lags: either way this is right.
            tags.schedule(repository.name(), due.tag(), schedule.dueAt(repository, due.tag(), tag));
        }
        return decision;
    }

    /** The index still lists the tag, but nothing is cached of today's origin: a pull will cache it anew. */
    private DueDecision removed(DueTag due) {
        tags.unschedule(due.repository(), due.tag(), clock.instant());
        return DueDecision.NOT_DUE;
    }

    private TagChecker.Result check(UpstreamRepository repository, DueTag due, CachedTag cached, Deadline deadline) {
        return checker.check(
                repository,
                due.tag(),
                cached,
                TagMove.By.REFRESH,
                deadline.plus(GRACE),
                next -> images.bringIn(repository, cached, next, deadline));
    }
}
