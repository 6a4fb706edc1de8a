package dev.weir.pull;

import dev.weir.check.CheckSchedule;
import dev.weir.check.Freshness;
import dev.weir.check.TagChecker;
import dev.weir.fill.ManifestFetcher;
import dev.weir.lease.LeaseName;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryIndex;
import dev.weir.store.TagMove;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a manifest request is answered: from the copy while it is fresh, after one HEAD when it is stale, from upstream when
 * there is none. While a copy is held, no failure of upstream reaches the client.
 */
public final class ManifestPull {
    /** How long a request waits for another one that fetches the same manifest. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long a copy that is held is kept back to ask whether it is still right. */
    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(8);

    private static final Logger LOG = System.getLogger(ManifestPull.class.getName());

    /** Last-pulled times are kept to the hour: a write for each pull would cost more than the pull. */
    private static final Duration PULLED_PRECISION = Duration.ofHours(1);

    private final RepositoryIndex index;
    private final ManifestFetcher fetcher;
    private final TagChecker check;
    private final SingleFlight flight;
    private final Clock clock;
    private final CheckSchedule schedule;

    public ManifestPull(
            RepositoryIndex index,
            ManifestFetcher fetcher,
            TagChecker check,
            SingleFlight flight,
            Clock clock,
            CheckSchedule schedule) {
        this.index = index;
        this.fetcher = fetcher;
        this.check = check;
        this.flight = flight;
        this.clock = clock;
        this.schedule = schedule;
    }

    /** By digest: what is held is right for ever. */
    Answer<Manifest> byDigest(UpstreamRepository repository, Digest digest) {
        Lookup<CachedManifest> lookup = index.manifest(repository.name(), digest);
        Optional<Manifest> held = lookup.found().flatMap(fetcher::bytesOf);
        if (held.isPresent()) {
            return new Answer<>(held.get(), CacheStatus.HIT);
        }
        if (lookup.isAbsentAt(clock.instant())) {
            throw PullFailedException.remembered("resolve " + repository + "@" + digest, ErrorCode.MANIFEST_UNKNOWN);
        }
        Instant deadline = clock.instant().plus(PATIENCE);
        return flight.run(
                        LeaseName.ofManifest(repository.name(), digest),
                        deadline,
                        () -> index.manifest(repository.name(), digest)
                                .found()
                                .flatMap(fetcher::bytesOf)
                                .map(manifest -> new Answer<>(manifest, CacheStatus.MISS)),
                        lease -> Optional.of(
                                new Answer<>(fetcher.fetch(repository, digest, deadline), CacheStatus.MISS_STORED)))
                .orElseThrow(() -> stillFetching("fetch " + repository + "@" + digest));
    }

    Answer<Manifest> byTag(UpstreamRepository repository, Tag tag) {
        Lookup<CachedTag> lookup = index.tag(repository.name(), tag);
        lookup.found().ifPresent(cached -> notePull(repository, tag, cached));
        return switch (freshness(repository, lookup)) {
            case FRESH -> heldOrHealed(repository, lookup.found().orElseThrow(), CacheStatus.HIT);
            case STALE -> revalidated(repository, tag, lookup.found().orElseThrow());
            case ABSENT ->
                throw PullFailedException.remembered("resolve " + repository + ":" + tag, ErrorCode.MANIFEST_UNKNOWN);
            case MISSING -> fetched(repository, tag);
        };
    }

    private void notePull(UpstreamRepository repository, Tag tag, CachedTag cached) {
        Instant now = clock.instant();
        if (!now.isBefore(cached.pulledAt().plus(PULLED_PRECISION))) {
            index.pulled(repository.name(), tag, now, PULLED_PRECISION);
        }
    }

    private Answer<Manifest> fetched(UpstreamRepository repository, Tag tag) {
        Instant deadline = clock.instant().plus(PATIENCE);
        return flight.run(
                        LeaseName.ofManifest(repository.name(), tag),
                        deadline,
                        () -> fresh(repository, tag, CacheStatus.MISS),
                        lease ->
                                Optional.of(new Answer<>(fetchTag(repository, tag, deadline), CacheStatus.MISS_STORED)))
                .orElseThrow(() -> stillFetching("fetch " + repository + ":" + tag));
    }

    /** From upstream into the repository, the tag pointing at it last. */
    private Manifest fetchTag(UpstreamRepository repository, Tag tag, Instant deadline) {
        Manifest manifest = fetcher.fetch(repository, tag, deadline);
        Instant now = clock.instant();
        index.putTag(
                repository.name(),
                tag,
                CachedTag.first(CachedManifest.of(manifest), now),
                schedule.next(repository, tag, now),
                Optional.empty(),
                TagMove.By.PULL);
        return manifest;
    }

    private Answer<Manifest> revalidated(UpstreamRepository repository, Tag tag, CachedTag cached) {
        LeaseName name = LeaseName.ofManifest(repository.name(), tag);
        Optional<UpstreamException> recent = flight.recentFailure(name);
        if (recent.isPresent()) {
            return heldOrHealed(
                    repository, cached, CacheStatus.staleOnError(recent.get().status()));
        }
        Instant deadline = clock.instant().plus(CHECK_PATIENCE);
        try {
            return flight.run(
                            name,
                            deadline,
                            () -> fresh(repository, tag, CacheStatus.REVALIDATED),
                            lease -> Optional.of(check(repository, tag, cached, deadline)))
                    .orElseGet(() -> heldOrHealed(repository, cached, CacheStatus.staleOnError(OptionalInt.empty())));
        } catch (UpstreamException e) {
            LOG.log(
                    Level.WARNING,
                    "serving the cached copy of {0}:{1}, upstream failed: {2}",
                    repository,
                    tag,
                    e.getMessage());
            return heldOrHealed(repository, cached, CacheStatus.staleOnError(e.status()));
        }
    }

    /** Under the lease: one HEAD decides. */
    private Answer<Manifest> check(UpstreamRepository repository, Tag tag, CachedTag cached, Instant deadline) {
        TagChecker.Result result = check.check(repository, tag, cached, TagMove.By.PULL, deadline, next -> true);
        if (result.failure().isPresent()) {
            throw result.failure().get();
        }
        return result.moved()
                .map(moved -> new Answer<>(moved, CacheStatus.MOVED))
                .orElseGet(() -> heldOrHealed(repository, cached, CacheStatus.REVALIDATED));
    }

    private Optional<Answer<Manifest>> fresh(UpstreamRepository repository, Tag tag, CacheStatus status) {
        Lookup<CachedTag> lookup = index.tag(repository.name(), tag);
        return freshness(repository, lookup) == Freshness.FRESH
                ? lookup.found().map(cached -> heldOrHealed(repository, cached, status))
                : Optional.empty();
    }

    private Freshness freshness(UpstreamRepository repository, Lookup<CachedTag> lookup) {
        return Freshness.of(lookup, clock.instant(), schedule.interval(repository.rule()));
    }

    /** The manifest a tag points at; one whose object is gone from the content store is fetched again. */
    private Answer<Manifest> heldOrHealed(UpstreamRepository repository, CachedTag cached, CacheStatus status) {
        return fetcher.bytesOf(cached.manifest())
                .map(manifest -> new Answer<>(manifest, status))
                .orElseGet(() ->
                        byDigest(repository, cached.manifest().descriptor().digest()));
    }

    private static UpstreamException stillFetching(String action) {
        return new UpstreamException(Kind.TIMEOUT, action, "another request is still fetching it, try again");
    }
}
