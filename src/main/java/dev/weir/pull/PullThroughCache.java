package dev.weir.pull;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.BlobFiller;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.RepositoryIndex;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The flow of a pull, one method for each thing a client asks for.
 *
 * <p>Errors: {@link PullFailedException} when upstream was needed and failed.
 */
public final class PullThroughCache {
    /** More layers than any image needs; the blobs beyond are filled when they are asked for. */
    private static final int MAX_PREFETCHED = 128;

    private static final Duration REFERRERS_KEPT = Duration.ofDays(30);
    private static final Manifest NO_REFERRERS = emptyIndex();

    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final ManifestPull manifests;
    private final BlobFiller fill;
    private final CacheEvents events;
    private final Clock clock;

    public PullThroughCache(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            ManifestPull manifests,
            BlobFiller fill,
            CacheEvents events,
            Clock clock) {
        this.upstream = upstream;
        this.contents = contents;
        this.index = index;
        this.manifests = manifests;
        this.fill = fill;
        this.events = events;
        this.clock = clock;
    }

    /** The manifest, and when it came in just now, a request to bring in its blobs. */
    public Answer<Manifest> manifest(UpstreamRepository repository, Reference reference) {
        Answer<Manifest> answer = translated(
                ErrorCode.MANIFEST_UNKNOWN,
                () -> reference instanceof Tag tag
                        ? manifests.byTag(repository, tag)
                        : manifests.byDigest(repository, (Digest) reference));
        if (answer.status().stored()) {
            send(repository, reference, answer);
        }
        return answer;
    }

    /** The request to prefetch and the news of a first caching, in one call. */
    private void send(UpstreamRepository repository, Reference reference, Answer<Manifest> answer) {
        Manifest manifest = answer.value();
        List<CacheEvent> news = new ArrayList<>();
        manifest.links().blobs().stream()
                .map(Descriptor::digest)
                .distinct()
                .limit(MAX_PREFETCHED)
                .forEach(digest -> news.add(BlobFillRequest.first(repository.name(), digest)));
        if (answer.status().equals(CacheStatus.MISS_STORED)) {
            Optional<Tag> tag = reference instanceof Tag known ? Optional.of(known) : Optional.empty();
            news.add(new CacheAction(
                    CacheAction.Type.FIRST_CACHED, repository, tag, Optional.of(manifest.digest()), Optional.empty()));
        }
        if (!news.isEmpty()) {
            events.send(news);
        }
    }

    /**
     * Where to read the blob; waits up to {@code patience} for a fill under way. The object is looked for before its URL is
     * given out: one that is gone from the content store is brought in again.
     */
    public Answer<BlobAnswer> blob(UpstreamRepository repository, Digest digest, BlobAccess access, Duration patience) {
        Instant deadline = clock.instant().plus(patience);
        if (fill.held(repository, digest).isPresent()) {
            return new Answer<>(BlobAnswer.at(contents.presign(digest, access)), CacheStatus.HIT);
        }
        refuseAbsent(repository, digest);
        return translated(ErrorCode.BLOB_UNKNOWN, () -> fill.await(repository, digest, deadline))
                .map(size -> new Answer<>(BlobAnswer.at(contents.presign(digest, access)), CacheStatus.MISS_STORED))
                .orElseGet(() -> new Answer<>(BlobAnswer.STILL_FILLING, CacheStatus.MISS));
    }

    /** The blob's size in bytes; one that is not held is asked of upstream and not brought in. */
    public Answer<Long> blobSize(UpstreamRepository repository, Digest digest) {
        Optional<Long> held = index.blob(repository.name(), digest).found();
        if (held.isPresent()) {
            return new Answer<>(held.get(), CacheStatus.HIT);
        }
        refuseAbsent(repository, digest);
        long size = translated(ErrorCode.BLOB_UNKNOWN, () -> fill.upstreamSize(repository, digest, deadline()))
                .orElseThrow(() -> PullFailedException.sizeUnknown(repository + "@" + digest));
        return new Answer<>(size, CacheStatus.MISS);
    }

    private void refuseAbsent(UpstreamRepository repository, Digest digest) {
        if (index.blob(repository.name(), digest).isAbsentAt(clock.instant())) {
            throw PullFailedException.remembered("resolve " + repository + "@" + digest, ErrorCode.BLOB_UNKNOWN);
        }
    }

    /** Upstream's tags in lexical order; the cached ones while upstream fails. */
    public Answer<List<Tag>> tags(UpstreamRepository repository) {
        try {
            return new Answer<>(upstream.within(deadline()).tags(repository), CacheStatus.BYPASS);
        } catch (UpstreamException e) {
            List<Tag> cached = index.tags(repository.name());
            if (cached.isEmpty()) {
                throw PullFailedException.of(e, ErrorCode.NAME_UNKNOWN);
            }
            return new Answer<>(cached, CacheStatus.staleOnError(e.status()));
        }
    }

    /**
     * The index of what refers to the digest, artifactType not filtered; an empty index when nothing does. Signatures come
     * after the image, so upstream is asked each time; its last answer serves while it fails.
     */
    public Answer<Manifest> referrers(UpstreamRepository repository, Digest digest) {
        try {
            Optional<Manifest> current = upstream.within(deadline()).referrers(repository, digest);
            current.ifPresent(found -> index.putReferrers(
                    repository.name(), digest, found, clock.instant().plus(REFERRERS_KEPT)));
            return new Answer<>(current.orElse(NO_REFERRERS), CacheStatus.BYPASS);
        } catch (UpstreamException e) {
            return index.referrers(repository.name(), digest)
                    .map(held -> new Answer<>(held, CacheStatus.staleOnError(e.status())))
                    .orElseThrow(() -> PullFailedException.of(e, ErrorCode.MANIFEST_UNKNOWN));
        }
    }

    /** Cached repositories in lexical order, those after {@code last}. */
    public List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        return index.repositories(last, limit);
    }

    private Instant deadline() {
        return clock.instant().plus(ManifestPull.PATIENCE);
    }

    private static <T> T translated(ErrorCode notFound, Supplier<T> pull) {
        try {
            return pull.get();
        } catch (UpstreamException e) {
            throw PullFailedException.of(e, notFound);
        }
    }

    private static Manifest emptyIndex() {
        byte[] bytes = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
    }
}
