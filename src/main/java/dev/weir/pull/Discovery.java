package dev.weir.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.fill.RepositoryManifests;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.ListRange;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Referrers;
import dev.weir.oci.ReferrersIndex;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.RepositoryLinks;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import dev.weir.time.WallClock;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What there is to pull: tags, referrers, repositories. Source: distribution-spec, "Content Discovery". */
public final class Discovery {
    private static final int MAX_REFERRERS = 1_000;
    private static final Duration REFERRERS_KEPT = Duration.ofDays(30);
    /** How long cached tags are kept back to ask upstream for its own: as long as an upstream that is well may take. */
    private static final Duration TAGS_PATIENCE = Duration.ofSeconds(6);

    /** How long upstream is not asked again for tags that are cached, after it failed. */
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(30);

    private static final int MAX_FAILURES = 1_000;
    private static final Referrers NO_REFERRERS = whole(emptyIndex());

    private final UpstreamRegistry upstream;
    private final TagStore tags;
    private final RepositoryLinks links;
    private final RepositoryManifests manifests;
    private final Clock clock;
    private final Cache<UpstreamRepository, RuntimeException> failures;

    public Discovery(
            UpstreamRegistry upstream,
            TagStore tags,
            RepositoryLinks links,
            RepositoryManifests manifests,
            Clock clock) {
        this.upstream = upstream;
        this.tags = tags;
        this.links = links;
        this.manifests = manifests;
        this.clock = clock;
        this.failures = Caffeine.newBuilder()
                .maximumSize(MAX_FAILURES)
                .expireAfterWrite(FAILURE_KEPT)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    /**
     * A part of upstream's tags; of the cached ones while upstream fails, at once when it failed a moment ago. Those of a hosted
     * repository are the ones it holds.
     */
    Answer<TagPage> tags(Repository named, ListRange range) {
        if (!(named instanceof UpstreamRepository repository)) {
            return new Answer<>(
                    cached(named, range).orElseGet(() -> new TagPage(List.of(), Optional.empty(), Optional.empty())),
                    CacheStatus.HIT);
        }
        return PullFailedException.translating(ErrorCode.NAME_UNKNOWN, () -> {
            Optional<Answer<TagPage>> known = Optional.ofNullable(failures.getIfPresent(repository))
                    .flatMap(why -> stale(repository, range, why));
            return known.orElseGet(() -> asked(repository, range));
        });
    }

    private Answer<TagPage> asked(UpstreamRepository repository, ListRange range) {
        Deadline whole = Deadline.in(clock, ManifestPull.PATIENCE);
        try {
            return upstreams(repository, range, Deadline.in(clock, TAGS_PATIENCE));
        } catch (UpstreamException | CredentialException e) {
            Optional<Answer<TagPage>> held = stale(repository, range, e);
            if (held.isPresent()) {
                failures.put(repository, e);
                return held.get();
            }
            if (e instanceof UpstreamException upstreams && upstreams.isOutOfTime()) {
                return upstreams(repository, range, whole);
            }
            throw e;
        }
    }

    private Answer<TagPage> upstreams(UpstreamRepository repository, ListRange range, Deadline deadline) {
        TagPage page = upstream.tags(repository, range, deadline);
        return new Answer<>(page, bypass(page.interruption().isEmpty()));
    }

    private Optional<Answer<TagPage>> stale(UpstreamRepository repository, ListRange range, RuntimeException why) {
        return cached(repository, range).map(page -> new Answer<>(page, CacheStatus.staleOnError(why)));
    }

    /** Empty when no tag is cached, or the range begins at a cursor that only upstream knows. */
    private Optional<TagPage> cached(Repository repository, ListRange range) {
        Optional<Tag> last;
        try {
            last = range.last().map(Tag::parse);
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
        List<Tag> found = tags.list(repository, last, range.limit() + 1);
        if (found.isEmpty()
                && (last.isEmpty() || tags.list(repository, Optional.empty(), 1).isEmpty())) {
            return Optional.empty();
        }
        boolean isCut = found.size() > range.limit();
        List<Tag> shown = isCut ? found.subList(0, range.limit()) : found;
        Optional<String> next = isCut ? Optional.of(shown.get(shown.size() - 1).value()) : Optional.empty();
        return Optional.of(new TagPage(shown, next, Optional.empty()));
    }

    /**
     * The index of what refers to the digest, artifactType not filtered; an empty index when nothing does. Signatures come
     * after the image, so upstream is asked each time; its last whole answer serves while it fails. A hosted repository has its own.
     */
    Answer<Referrers> referrers(Repository named, Digest digest, Optional<String> cursor) {
        if (!(named instanceof UpstreamRepository repository)) {
            return new Answer<>(whole(heldReferrers(named, digest)), CacheStatus.HIT);
        }
        return PullFailedException.translating(ErrorCode.MANIFEST_UNKNOWN, () -> {
            try {
                Optional<Referrers> told =
                        upstream.referrers(repository, digest, cursor, Deadline.in(clock, ManifestPull.PATIENCE));
                told.filter(found -> cursor.isEmpty() && found.isWhole())
                        .ifPresent(found -> links.putReferrers(
                                repository,
                                digest,
                                found.index(),
                                clock.instant().plus(REFERRERS_KEPT)));
                Referrers found = told.orElse(NO_REFERRERS);
                return new Answer<>(found, bypass(found.interruption().isEmpty()));
            } catch (UpstreamException | CredentialException e) {
                return links.referrers(repository, digest)
                        .filter(held -> cursor.isEmpty())
                        .map(held -> new Answer<>(whole(held), CacheStatus.staleOnError(e)))
                        .orElseThrow(() -> e);
            }
        });
    }

    private Manifest heldReferrers(Repository repository, Digest subject) {
        return ReferrersIndex.of(links.referrersOf(repository, subject, MAX_REFERRERS).stream()
                .flatMap(referrer -> manifests.find(repository, referrer).found().stream())
                .flatMap(held -> manifests.bytesOf(held).stream())
                .toList());
    }

    private static Referrers whole(Manifest index) {
        return new Referrers(index, Optional.empty(), Optional.empty());
    }

    private static CacheStatus bypass(boolean isUninterrupted) {
        return isUninterrupted ? CacheStatus.BYPASS : CacheStatus.BYPASS_INTERRUPTED;
    }

    /** Cached repositories in lexical order, those after {@code last}. */
    List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        return links.repositories(last, limit);
    }

    private static Manifest emptyIndex() {
        byte[] bytes = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
    }
}
