package dev.weir.refresh;

import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.fill.ImageContents;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.CachedTag;
import dev.weir.store.DueTag;
import dev.weir.store.RepositoryIndex;
import dev.weir.store.TagMove;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What happens to one due tag. Called by many threads. */
public final class DueTagRefresh {
    /** A check that began in time may still end; the function keeps more than that in reserve. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final Instant FAR_OFF = Instant.MAX.minus(GRACE);

    private final Rules rules;
    private final RepositoryIndex index;
    private final UpstreamRegistry upstream;
    private final UpstreamCircuit circuit;
    private final TagChecker check;
    private final ImageContents images;
    private final CheckSchedule schedule;
    private final Clock clock;
    private final Duration idle;

    /** @param idle tags not pulled for this long are left alone until their next pull */
    public DueTagRefresh(
            Rules rules,
            RepositoryIndex index,
            UpstreamRegistry upstream,
            UpstreamCircuit circuit,
            TagChecker check,
            ImageContents images,
            CheckSchedule schedule,
            Clock clock,
            Duration idle) {
        this.rules = rules;
        this.index = index;
        this.upstream = upstream;
        this.circuit = circuit;
        this.check = check;
        this.images = images;
        this.schedule = schedule;
        this.clock = clock;
        this.idle = idle;
    }

    void refresh(DueTag due, Instant tickBegan, Instant deadline, RefreshTally tally) {
        Optional<UpstreamRepository> repository = rules.match(due.repository());
        if (repository.isEmpty()) {
            index.notDue(due.repository(), due.tag(), clock.instant());
            tally.skipped("NO_RULE");
            return;
        }
        UpstreamUrl url = repository.get().rule().upstreamUrl();
        boolean low = upstream.rateLimit(url)
                .filter(said -> !said.observedAt().isBefore(tickBegan))
                .filter(RateLimit::isLow)
                .isPresent();
        DueDecision decision =
                DueDecision.before(clock.instant(), deadline, circuit.pause(url).isPresent(), low);
        Optional<CachedTag> cached = Optional.empty();
        if (decision == DueDecision.CHECK) {
            cached = index.tag(due.repository(), due.tag()).found();
            decision = cached.map(tag -> decide(repository.get(), due, tag)).orElse(DueDecision.NOT_DUE);
        }
        if (decision == DueDecision.CHECK) {
            tally.checked(checked(repository.get(), due, cached.orElseThrow(), deadline));
        } else {
            tally.skipped(decision.name());
        }
    }

    private DueDecision decide(UpstreamRepository repository, DueTag due, CachedTag tag) {
        Instant now = clock.instant();
        Instant dueAt = schedule.dueAt(repository, due.tag(), tag);
        DueDecision decision = DueDecision.of(now, dueAt, tag.pulledAt(), idle);
        if (decision == DueDecision.IDLE) {
            index.notDue(repository.name(), due.tag(), now);
        } else if (decision == DueDecision.NOT_DUE) {
            // Its interval has changed, or the index lags: either way this is right.
            index.due(repository.name(), due.tag(), dueAt);
        }
        return decision;
    }

    private TagChecker.Result checked(UpstreamRepository repository, DueTag due, CachedTag cached, Instant deadline) {
        return check.check(
                repository,
                due.tag(),
                cached,
                TagMove.By.REFRESH,
                deadline.isAfter(FAR_OFF) ? deadline : deadline.plus(GRACE),
                next -> images.bringIn(repository, cached, next, deadline));
    }
}
