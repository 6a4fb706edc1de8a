package dev.weir.check;

import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.RepositoryIndex;
import dev.weir.store.TagMove;
import dev.weir.store.TagStanding;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamStates;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Asks upstream by one HEAD where a tag points, and does what follows. Pulls of a stale tag and refresh both come here. */
public final class TagChecker {

    /**
     * What a check came to.
     *
     * @param moved what the tag points at now, when it moved
     * @param failure why upstream's word is not known
     */
    public record Result(CheckOutcome action, Optional<Manifest> moved, Optional<UpstreamException> failure) {}

    private final UpstreamRegistry upstream;
    private final RepositoryIndex index;
    private final ManifestFetcher fetcher;
    private final UpstreamStates states;
    private final CheckSchedule schedule;
    private final CacheEvents events;
    private final Clock clock;

    public TagChecker(
            UpstreamRegistry upstream,
            RepositoryIndex index,
            ManifestFetcher fetcher,
            UpstreamStates states,
            CheckSchedule schedule,
            CacheEvents events,
            Clock clock) {
        this.states = states;
        this.upstream = upstream;
        this.index = index;
        this.fetcher = fetcher;
        this.schedule = schedule;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Asks, and follows.
     *
     * @param deadline when upstream's answers are of no more use
     * @param beforePointer given what the tag will point at; when it says false, or throws, the tag stays where it is
     */
    public Result check(
            UpstreamRepository repository,
            Tag tag,
            CachedTag cached,
            TagMove.By by,
            Instant deadline,
            Predicate<Manifest> beforePointer) {
        Digest held = cached.manifest().descriptor().digest();
        Digest current;
        try {
            current = upstream.within(deadline).resolve(repository, tag).digest();
        } catch (UpstreamException e) {
            return failed(repository, tag, cached, CheckOutcome.of(e), e);
        }
        CheckOutcome action =
                CheckOutcome.of(current, held, repository.tagMutability().isImmutable(tag));
        if (action == CheckOutcome.MOVE) {
            try {
                Manifest next = fetcher.heldOrFetched(repository, current, deadline);
                return beforePointer.test(next)
                        ? moved(repository, tag, cached, next, by)
                        : later(repository, tag, Optional.empty());
            } catch (UpstreamException e) {
                return failed(repository, tag, cached, CheckOutcome.ofMove(e), e);
            }
        }
        Optional<Digest> elsewhere = Optional.of(current).filter(digest -> !digest.equals(held));
        Instant now = clock.instant();
        index.touch(
                repository.name(),
                tag,
                held,
                new TagStanding(now, schedule.next(repository, tag, now), Optional.empty(), elsewhere));
        if (elsewhere.isPresent() && !elsewhere.equals(cached.upstreamDigest())) {
            tell(CacheAction.Type.IMMUTABLE_TAG_MOVED_UPSTREAM, repository, tag, current);
        }
        return new Result(action, Optional.empty(), Optional.empty());
    }

    private Result moved(UpstreamRepository repository, Tag tag, CachedTag cached, Manifest next, TagMove.By by) {
        Instant now = clock.instant();
        boolean first = index.putTag(
                repository.name(),
                tag,
                cached.movedTo(CachedManifest.of(next), now, by),
                schedule.next(repository, tag, now),
                Optional.of(cached.manifest().descriptor().digest()),
                by);
        if (first) {
            tell(CacheAction.Type.MOVED, repository, tag, next.digest());
        }
        return new Result(CheckOutcome.MOVE, Optional.of(next), Optional.empty());
    }

    private Result later(UpstreamRepository repository, Tag tag, Optional<UpstreamException> why) {
        index.due(repository.name(), tag, schedule.retried(repository, clock.instant()));
        return new Result(CheckOutcome.RETRY, Optional.empty(), why);
    }

    private Result failed(
            UpstreamRepository repository, Tag tag, CachedTag cached, CheckOutcome action, UpstreamException why) {
        Instant now = clock.instant();
        switch (action) {
            case MARK_GONE -> gone(repository, tag, cached, why, now);
            case RETRY -> later(repository, tag, Optional.of(why));
            case POSTPONE -> index.due(repository.name(), tag, schedule.postponed(repository, now));
            default -> {}
        }
        boolean told = action == CheckOutcome.MARK_GONE || why.isRefusal() || why.isOutOfTime();
        if (!told && states.markFailing(repository.rule().repositoryPrefix(), why, now)) {
            events.send(List.of(new CacheAction(
                    CacheAction.Type.REFRESH_FAILED,
                    repository,
                    Optional.of(tag),
                    Optional.empty(),
                    Optional.of(why))));
        }
        return new Result(action, Optional.empty(), Optional.of(why));
    }

    private void gone(UpstreamRepository repository, Tag tag, CachedTag cached, UpstreamException why, Instant now) {
        Digest held = cached.manifest().descriptor().digest();
        Instant goneSince = cached.goneSince().orElse(now);
        index.touch(
                repository.name(),
                tag,
                held,
                new TagStanding(
                        now,
                        schedule.nextWhileGone(repository, now, goneSince),
                        Optional.of(goneSince),
                        cached.upstreamDigest()));
        if (cached.goneSince().isEmpty()) {
            events.send(List.of(new CacheAction(
                    CacheAction.Type.GONE_UPSTREAM,
                    repository,
                    Optional.of(tag),
                    Optional.of(held),
                    Optional.of(why))));
        }
    }

    private void tell(CacheAction.Type type, UpstreamRepository repository, Tag tag, Digest digest) {
        events.send(
                List.of(new CacheAction(type, repository, Optional.of(tag), Optional.of(digest), Optional.empty())));
    }
}
