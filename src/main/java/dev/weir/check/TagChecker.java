package dev.weir.check;

import dev.weir.event.CacheAction;
import dev.weir.event.CacheAction.Failure;
import dev.weir.event.CacheEvents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import dev.weir.store.PointerMove;
import dev.weir.store.TagMove;
import dev.weir.store.TagStanding;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import dev.weir.upstream.CredentialException;
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
     * @param tag the pointer after it
     * @param failure why it isn't known where upstream's tag points
     */
    public record Result(CheckOutcome outcome, CachedTag tag, Optional<RuntimeException> failure) {}

    private final UpstreamRegistry upstream;
    private final TagStore tags;
    private final ManifestFetcher fetcher;
    private final UpstreamStates states;
    private final CacheEvents events;
    private final CheckSchedule schedule;
    private final Clock clock;

    public TagChecker(
            UpstreamRegistry upstream,
            TagStore tags,
            ManifestFetcher fetcher,
            UpstreamStates states,
            CacheEvents events,
            CheckSchedule schedule,
            Clock clock) {
        this.upstream = upstream;
        this.tags = tags;
        this.fetcher = fetcher;
        this.states = states;
        this.events = events;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * Asks upstream and follows.
     *
     * @param beforePointer given what the tag will point at; when it says false, or throws, the tag stays where it is
     */
    public Result check(
            UpstreamRepository repository,
            Tag tag,
            CachedTag cached,
            TagMove.By by,
            Deadline deadline,
            Predicate<Manifest> beforePointer) {
        Instant resolvedAt = clock.instant();
        Digest current;
        try {
            current = upstream.resolve(repository, tag, deadline).digest();
        } catch (UpstreamException e) {
            return failed(repository, tag, cached, CheckOutcome.of(e), e, Failure.of(e));
        } catch (CredentialException e) {
            return failed(repository, tag, cached, CheckOutcome.POSTPONED, e, Failure.of(e));
        }
        if (!current.equals(cached.digest())) {
            fetcher.noteSeen(repository, current);
        }
        boolean kept = repository.settings().keeps(tag);
        CheckOutcome outcome = CheckOutcome.of(current, cached.digest(), kept);
        if (outcome != CheckOutcome.MOVED) {
            return confirmed(repository, tag, cached, outcome, current);
        }
        // Whatever the new manifest does to this process, the tag is not first in line again.
        tags.schedule(repository.name(), tag, schedule.retried(repository, clock.instant()));
        try {
            Manifest next = fetcher.heldOrFetched(repository, current, deadline);
            return beforePointer.test(next)
                    ? moved(repository, tag, cached, next, by, resolvedAt)
                    : new Result(CheckOutcome.STILL_FILLING, cached, Optional.empty());
        } catch (UpstreamException e) {
            return failed(repository, tag, cached, CheckOutcome.ofMove(e), e, Failure.of(e));
        }
    }

    private Result confirmed(
            UpstreamRepository repository, Tag tag, CachedTag cached, CheckOutcome outcome, Digest current) {
        Optional<Digest> elsewhere = Optional.of(current).filter(digest -> !digest.equals(cached.digest()));
        Instant now = clock.instant();
        tags.touch(
                repository,
                tag,
                cached.digest(),
                new TagStanding(now, schedule.next(repository, tag, now), Optional.empty(), elsewhere));
        if (elsewhere.isPresent() && !elsewhere.equals(cached.upstreamDigest())) {
            events.send(List.of(CacheAction.immutableTagMovedUpstream(repository, tag, current)));
        }
        return new Result(outcome, cached, Optional.empty());
    }

    private Result moved(
            UpstreamRepository repository,
            Tag tag,
            CachedTag cached,
            Manifest next,
            TagMove.By by,
            Instant resolvedAt) {
        Instant now = clock.instant();
        CachedTag to = cached.movedTo(next.descriptor(), now, by);
        PointerMove move = new PointerMove(to, schedule.next(repository, tag, now), cached.digest(), resolvedAt, by);
        if (!tags.move(repository, tag, move)) {
            CachedTag current = tags.find(repository, tag).found().orElse(cached);
            return new Result(CheckOutcome.SUPERSEDED, current, Optional.empty());
        }
        events.send(List.of(CacheAction.moved(repository, tag, next.digest())));
        return new Result(CheckOutcome.MOVED, to, Optional.empty());
    }

    private Result failed(
            UpstreamRepository repository,
            Tag tag,
            CachedTag cached,
            CheckOutcome outcome,
            RuntimeException why,
            Failure failure) {
        Instant now = clock.instant();
        switch (outcome) {
            case GONE -> gone(repository, tag, cached, failure, now);
            case RETRIED_SOON -> tags.schedule(repository.name(), tag, schedule.retried(repository, now));
            case POSTPONED -> tags.schedule(repository.name(), tag, schedule.postponed(repository, now));
            default -> {}
        }
        boolean answered = !(why instanceof UpstreamException upstreams)
                || upstreams.origin() == UpstreamException.Origin.ANSWERED;
        if (outcome != CheckOutcome.GONE
                && answered
                && states.markFailing(repository.rule().repositoryPrefix(), failure.code(), failure.reason(), now)) {
            events.send(List.of(CacheAction.refreshFailed(repository, tag, failure)));
        }
        return new Result(outcome, cached, Optional.of(why));
    }

    private void gone(UpstreamRepository repository, Tag tag, CachedTag cached, Failure why, Instant now) {
        Instant goneSince = cached.goneSince().orElse(now);
        tags.touch(
                repository,
                tag,
                cached.digest(),
                new TagStanding(
                        now,
                        schedule.nextWhileGone(repository, now, goneSince),
                        Optional.of(goneSince),
                        cached.upstreamDigest()));
        if (cached.goneSince().isEmpty()) {
            events.send(List.of(CacheAction.goneUpstream(repository, tag, cached.digest(), why)));
        }
    }
}
