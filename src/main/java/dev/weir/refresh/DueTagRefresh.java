package dev.weir.refresh;

import dev.weir.cache.CacheAction;
import dev.weir.cache.CacheEvents;
import dev.weir.cache.CachedTag;
import dev.weir.cache.CheckAction;
import dev.weir.cache.CheckSchedule;
import dev.weir.cache.DueTag;
import dev.weir.cache.ImageContents;
import dev.weir.cache.RepositoryIndex;
import dev.weir.cache.TagCheck;
import dev.weir.cache.TagMove;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamStates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What happens to one due tag. Called by many threads. */
public final class DueTagRefresh {
    private final Rules rules;
    private final RepositoryIndex index;
    private final UpstreamRegistry upstream;
    private final UpstreamCircuit circuit;
    private final UpstreamStates states;
    private final TagCheck check;
    private final ImageContents images;
    private final CheckSchedule schedule;
    private final CacheEvents events;
    private final Clock clock;
    private final Duration idle;

    /** @param idle tags not pulled for this long are left alone until their next pull */
    public DueTagRefresh(
            Rules rules,
            RepositoryIndex index,
            UpstreamRegistry upstream,
            UpstreamCircuit circuit,
            UpstreamStates states,
            TagCheck check,
            ImageContents images,
            CheckSchedule schedule,
            CacheEvents events,
            Clock clock,
            Duration idle) {
        this.rules = rules;
        this.index = index;
        this.upstream = upstream;
        this.circuit = circuit;
        this.states = states;
        this.check = check;
        this.images = images;
        this.schedule = schedule;
        this.events = events;
        this.clock = clock;
        this.idle = idle;
    }

    void refresh(DueTag due, Instant tickBegan, Instant deadline, RefreshTally tally) {
        Optional<UpstreamRepository> repository = rules.match(due.repository());
        if (repository.isEmpty()) {
            index.due(due.repository(), due.tag(), Optional.empty());
            tally.skipped("NO_RULE");
            return;
        }
        UpstreamUrl url = repository.get().rule().upstreamUrl();
        Optional<RateLimit> limit =
                upstream.rateLimit(url).filter(said -> !said.observedAt().isBefore(tickBegan));
        boolean paused = circuit.pause(url).isPresent();
        Optional<CachedTag> cached = paused
                ? Optional.empty()
                : index.tag(due.repository(), due.tag()).found();
        DueDecision decision = cached.map(tag -> decide(repository.get(), due, tag, limit))
                .orElse(paused ? DueDecision.PAUSED : DueDecision.NOT_DUE);
        if (decision == DueDecision.IDLE) {
            index.due(due.repository(), due.tag(), Optional.empty());
        }
        if (decision == DueDecision.CHECK) {
            tally.checked(checked(repository.get(), due, cached.orElseThrow(), deadline));
        } else {
            tally.skipped(decision.name());
        }
    }

    private DueDecision decide(UpstreamRepository repository, DueTag due, CachedTag tag, Optional<RateLimit> limit) {
        Instant now = clock.instant();
        boolean stillDue = schedule.isDue(repository, due.tag(), tag, now);
        return DueDecision.of(now, stillDue, tag.pulledAt(), idle, false, limit);
    }

    private TagCheck.Result checked(UpstreamRepository repository, DueTag due, CachedTag cached, Instant deadline) {
        TagCheck.Result result = check.check(
                repository,
                due.tag(),
                cached,
                TagMove.By.REFRESH,
                next -> images.bringIn(repository, cached, next, deadline));
        if (result.action() != CheckAction.MARK_GONE) {
            result.failure().ifPresent(failure -> tellOnceAnHour(repository, due, failure));
        }
        return result;
    }

    private void tellOnceAnHour(UpstreamRepository repository, DueTag due, UpstreamException failure) {
        if (states.markFailing(repository.rule().repositoryPrefix(), failure, clock.instant())) {
            events.send(List.of(new CacheAction(
                    CacheAction.Type.REFRESH_FAILED,
                    repository,
                    Optional.of(due.tag()),
                    Optional.empty(),
                    Optional.of(failure))));
        }
    }
}
