package dev.weir.pull;

import dev.weir.check.CheckSchedule;
import dev.weir.check.Freshness;
import dev.weir.fill.ManifestFetcher;
import dev.weir.fill.RepositoryManifests;
import dev.weir.gate.Choice;
import dev.weir.gate.Held;
import dev.weir.lease.LeaseName;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a manifest request is answered: from the copy while it is fresh, after one HEAD when it is stale, from upstream when
 * there is none. While a copy is held, no failure behind it reaches the client.
 */
public final class ManifestPull {
    /** How long a request waits for upstream, or for another request that fetches the same manifest. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Last-pulled times are kept to the hour: a write for each pull would cost more than the pull. */
    private static final Duration PULLED_PRECISION = Duration.ofHours(1);

    private final TagStore tags;
    private final RepositoryManifests manifests;
    private final ManifestFetcher fetcher;
    private final TagRevalidation revalidation;
    private final SingleFlight flight;
    private final CheckSchedule schedule;
    private final Clock clock;

    public ManifestPull(
            TagStore tags,
            RepositoryManifests manifests,
            ManifestFetcher fetcher,
            TagRevalidation revalidation,
            SingleFlight flight,
            CheckSchedule schedule,
            Clock clock) {
        this.tags = tags;
        this.manifests = manifests;
        this.fetcher = fetcher;
        this.revalidation = revalidation;
        this.flight = flight;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** By digest: what is held is right for ever. */
    Answer<Manifest> byDigest(Repository repository, Digest digest, ManifestMisses.Miss miss) {
        Lookup<CachedManifest> lookup = manifests.find(repository, digest);
        Optional<Manifest> held = lookup.found().flatMap(manifests::bytesOf);
        if (held.isPresent()) {
            return new Answer<>(held.get(), CacheStatus.HIT);
        }
        if (lookup.isAbsentAt(clock.instant())) {
            throw PullFailedException.remembered(repository + "@" + digest, ErrorCode.MANIFEST_UNKNOWN);
        }
        return fetched(upstreamOf(repository, "@" + digest), digest, miss);
    }

    private static UpstreamRepository upstreamOf(Repository repository, String reference) {
        return PullFailedException.requireUpstream(repository, reference, ErrorCode.MANIFEST_UNKNOWN);
    }

    private Answer<Manifest> fetched(UpstreamRepository repository, Digest digest, ManifestMisses.Miss miss) {
        PullBudget.Admission admission = begin(repository, miss);
        Deadline deadline = Deadline.in(clock, PATIENCE);
        return flight.run(
                        LeaseName.ofManifest(repository, digest),
                        deadline,
                        () -> manifests
                                .find(repository, digest)
                                .found()
                                .flatMap(manifests::bytesOf)
                                .map(manifest -> new Answer<>(manifest, CacheStatus.MISS)),
                        lease -> {
                            admission.requireRoom();
                            Manifest manifest = fetcher.fetchContent(repository, digest, deadline);
                            miss.fetched(repository, manifest);
                            manifests.link(repository, manifest);
                            return Optional.of(new Answer<>(manifest, CacheStatus.MISS_STORED));
                        })
                .orElseThrow(() -> PullFailedException.stillFetching(repository + "@" + digest));
    }

    /** What is asked under the lease is looked up while the lease is taken. */
    private PullBudget.Admission begin(UpstreamRepository repository, ManifestMisses.Miss miss) {
        fetcher.expect(repository);
        return miss.begin(repository);
    }

    /** Says which digest to serve for a tag that points at this one. */
    @FunctionalInterface
    interface Chooser {
        Choice choose(Digest pointer, Held held);
    }

    /**
     * By tag: where it points, which digest that means for who asks, then what is there; an object that is gone from the content
     * store is fetched again.
     */
    Answer<Manifest> byTag(Repository repository, Tag tag, ManifestMisses.Miss miss, Chooser chooser) {
        return manifest(repository, pointer(repository, tag, miss), miss, chooser);
    }

    /** By tag, after upstream was asked where it points, however lately it was asked before. While it fails, the copy. */
    Answer<Manifest> byTagAsOfNow(UpstreamRepository repository, Tag tag, ManifestMisses.Miss miss, Chooser chooser) {
        Optional<CachedTag> held = tags.find(repository, tag).found();
        if (held.isEmpty()) {
            return byTag(repository, tag, miss, chooser);
        }
        Instant asked = clock.instant();
        return manifest(
                repository,
                revalidation.run(repository, tag, held.get(), () -> checkedSince(repository, tag, asked)),
                miss,
                chooser);
    }

    private Optional<Pointed> checkedSince(UpstreamRepository repository, Tag tag, Instant asked) {
        return tags.find(repository, tag)
                .found()
                .filter(cached -> cached.checkedAt().isAfter(asked))
                .map(cached -> new Pointed(cached, CacheStatus.REVALIDATED));
    }

    private Answer<Manifest> manifest(
            Repository repository, Pointed pointed, ManifestMisses.Miss miss, Chooser chooser) {
        Descriptor current = pointed.tag().manifest();
        Choice choice = chooser.choose(current.digest(), pointed.status().hit() ? Held.HELD : Held.NOT_HELD);
        if (!choice.digest().equals(current.digest())) {
            Answer<Manifest> older = byDigest(repository, choice.digest(), miss);
            return new Answer<>(older.value(), older.status().withDetail(choice.detail()));
        }
        CacheStatus status = pointed.status().withDetail(choice.detail());
        return manifests
                .at(repository, current)
                .map(manifest -> new Answer<>(manifest, status))
                .orElseGet(() -> byDigest(repository, current.digest(), miss));
    }

    private Pointed pointer(Repository named, Tag tag, ManifestMisses.Miss miss) {
        Lookup<CachedTag> lookup = tags.find(named, tag);
        lookup.found().ifPresent(cached -> notePull(named, tag, cached));
        if (!(named instanceof UpstreamRepository) && lookup.found().isPresent()) {
            return new Pointed(lookup.found().get(), CacheStatus.HIT);
        }
        UpstreamRepository repository = upstreamOf(named, ":" + tag);
        return switch (freshness(repository, lookup)) {
            case FRESH -> new Pointed(lookup.found().orElseThrow(), CacheStatus.HIT);
            case STALE ->
                revalidation.run(
                        repository,
                        tag,
                        lookup.found().orElseThrow(),
                        () -> fresh(repository, tag, CacheStatus.REVALIDATED));
            case ABSENT -> throw PullFailedException.remembered(repository + ":" + tag, ErrorCode.MANIFEST_UNKNOWN);
            case MISSING -> fetched(repository, tag, miss);
        };
    }

    private Freshness freshness(UpstreamRepository repository, Lookup<CachedTag> lookup) {
        return Freshness.of(lookup, clock.instant(), schedule.interval(repository.rule()));
    }

    private void notePull(Repository repository, Tag tag, CachedTag cached) {
        Instant now = clock.instant();
        if (!now.isBefore(cached.pulledAt().plus(PULLED_PRECISION))) {
            tags.notePull(repository.name(), tag, now, PULLED_PRECISION);
        }
    }

    private Optional<Pointed> fresh(UpstreamRepository repository, Tag tag, CacheStatus status) {
        Lookup<CachedTag> lookup = tags.find(repository, tag);
        return freshness(repository, lookup) == Freshness.FRESH
                ? lookup.found().map(cached -> new Pointed(cached, status))
                : Optional.empty();
    }

    private Pointed fetched(UpstreamRepository repository, Tag tag, ManifestMisses.Miss miss) {
        PullBudget.Admission admission = begin(repository, miss);
        Deadline deadline = Deadline.in(clock, PATIENCE);
        return flight.run(
                        LeaseName.ofManifest(repository, tag),
                        deadline,
                        () -> fresh(repository, tag, CacheStatus.MISS),
                        lease -> {
                            admission.requireRoom();
                            return Optional.of(
                                    new Pointed(fetch(repository, tag, deadline, miss), CacheStatus.MISS_STORED));
                        })
                .orElseThrow(() -> PullFailedException.stillFetching(repository + ":" + tag));
    }

    /** From upstream into the repository: the content first, then link and pointer at once. */
    private CachedTag fetch(UpstreamRepository repository, Tag tag, Deadline deadline, ManifestMisses.Miss miss) {
        Manifest manifest = fetcher.fetchContent(repository, tag, deadline);
        miss.fetched(repository, manifest);
        Instant now = clock.instant();
        CachedTag pointer = CachedTag.first(manifest.descriptor(), now);
        Instant dueAt = schedule.next(repository, tag, now);
        if (!tags.addLinked(repository, tag, CachedManifest.of(manifest), pointer, dueAt)) {
            manifests.link(repository, manifest);
            tags.add(repository, tag, pointer, dueAt);
        }
        return pointer;
    }
}
