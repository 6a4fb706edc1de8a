package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks upstream by one HEAD where a tag points, and does what follows. Pulls of a stale tag and refresh both come here. */
public final class TagCheck {

    /**
     * What a check came to.
     *
     * @param moved what the tag points at now, when it moved
     * @param failure why upstream's word is not known
     */
    public record Result(CheckAction action, Optional<Manifest> moved, Optional<UpstreamException> failure) {}

    private final UpstreamRegistry upstream;
    private final RepositoryIndex index;
    private final ManifestFetch fetch;
    private final CheckSchedule schedule;
    private final CacheEvents events;
    private final Clock clock;

    public TagCheck(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            CheckSchedule schedule,
            CacheEvents events,
            Clock clock) {
        this.upstream = upstream;
        this.index = index;
        this.fetch = new ManifestFetch(upstream, contents, index, schedule, clock);
        this.schedule = schedule;
        this.events = events;
        this.clock = clock;
    }

    /** @param beforePointer given what the tag will point at; what it throws leaves the tag where it is */
    public Result check(
            UpstreamRepository repository, Tag tag, CachedTag cached, TagMove.By by, Consumer<Manifest> beforePointer) {
        Digest held = cached.manifest().descriptor().digest();
        Digest current;
        try {
            current = upstream.resolve(repository, tag).digest();
        } catch (UpstreamException e) {
            return failed(repository, tag, cached, CheckAction.of(e.kind()), e);
        }
        CheckAction action =
                CheckAction.of(current, held, repository.tagMutability().isImmutable(tag));
        if (action == CheckAction.MOVE) {
            try {
                return new Result(action, move(repository, tag, cached, current, by, beforePointer), Optional.empty());
            } catch (UpstreamException e) {
                return failed(repository, tag, cached, CheckAction.ofMove(e.kind()), e);
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

    private Optional<Manifest> move(
            UpstreamRepository repository,
            Tag tag,
            CachedTag cached,
            Digest current,
            TagMove.By by,
            Consumer<Manifest> beforePointer) {
        Manifest next = fetch.heldOrFetched(repository, current);
        beforePointer.accept(next);
        Instant now = clock.instant();
        boolean moved = index.putTag(
                repository.name(),
                tag,
                cached.movedTo(CachedManifest.of(next), now),
                schedule.next(repository, tag, now),
                Optional.of(cached.manifest().descriptor().digest()),
                by);
        if (moved) {
            tell(CacheAction.Type.MOVED, repository, tag, current);
        }
        return Optional.of(next);
    }

    private Result failed(
            UpstreamRepository repository, Tag tag, CachedTag cached, CheckAction action, UpstreamException why) {
        Instant now = clock.instant();
        Digest held = cached.manifest().descriptor().digest();
        if (action == CheckAction.MARK_GONE) {
            Instant goneSince = cached.goneSince().orElse(now);
            Instant next = schedule.nextWhileGone(repository, now, goneSince);
            index.touch(
                    repository.name(),
                    tag,
                    held,
                    new TagStanding(now, next, Optional.of(goneSince), cached.upstreamDigest()));
            if (cached.goneSince().isEmpty()) {
                events.send(List.of(new CacheAction(
                        CacheAction.Type.GONE_UPSTREAM,
                        repository,
                        Optional.of(tag),
                        Optional.of(held),
                        Optional.of(why))));
            }
        } else if (action == CheckAction.POSTPONE) {
            index.due(repository.name(), tag, Optional.of(schedule.postponed(repository, now)));
        }
        return new Result(action, Optional.empty(), Optional.of(why));
    }

    private void tell(CacheAction.Type type, UpstreamRepository repository, Tag tag, Digest digest) {
        events.send(
                List.of(new CacheAction(type, repository, Optional.of(tag), Optional.of(digest), Optional.empty())));
    }
}
