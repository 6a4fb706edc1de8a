package dev.weir.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvents;
import dev.weir.lease.HeldLease;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.Deadline;
import dev.weir.time.Waiting;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fills blobs: upstream's bytes streamed through their digest into the content store, by one process at a time for each
 * upstream host, then linked to the repository.
 */
public final class BlobFiller {
    /** How long a requested fill may stay unconsumed before it is asked for again. */
    private static final Duration REQUEST_KEPT = Duration.ofSeconds(30);

    /** Each as long as a function may run, and each from the first byte on. */
    static final int MAX_ATTEMPTS = 3;

    /** Of attempts that go on where the one before ended: three hours. */
    static final int MAX_ATTEMPTS_THAT_GO_ON = 12;

    private static final int MAX_SIZES = 10_000;

    private final BlobDownload download;
    private final ContentStore contents;
    private final RepositoryLinks links;
    private final SingleFlight flight;
    private final CacheEvents events;
    private final long inlineLimitBytes;
    private final Cache<Digest, Long> sizes =
            Caffeine.newBuilder().maximumSize(MAX_SIZES).build();

    /** @param inlineLimitBytes up to this size a blob is filled by the request that wants it */
    public BlobFiller(
            BlobDownload download,
            ContentStore contents,
            RepositoryLinks links,
            SingleFlight flight,
            CacheEvents events,
            long inlineLimitBytes) {
        this.download = download;
        this.contents = contents;
        this.links = links;
        this.flight = flight;
        this.events = events;
        this.inlineLimitBytes = inlineLimitBytes;
    }

    /** The size in bytes of a blob that is linked here and really stored. */
    public Optional<Long> held(UpstreamRepository repository, Digest digest) {
        return stored(links.blob(repository, digest), digest);
    }

    private Optional<Long> stored(Lookup<Long> link, Digest digest) {
        return link.found().filter(size -> contents.findSize(digest).isPresent());
    }

    /**
     * Fills the blob in this call, whatever its size; does nothing when it is there, or when another process fills it. When the
     * deadline is over the lease is given back and the next attempt is requested by event.
     *
     * <p>Errors: those of upstream; TIMEOUT when the last attempt ran out of time too.
     *
     * @param attempt that of the request
     * @return whether the blob is there; false when the deadline was over, or another process fills it
     */
    public boolean fill(UpstreamRepository repository, Digest digest, int attempt, Deadline deadline) {
        if (held(repository, digest).isPresent()) {
            return true;
        }
        Optional<Long> filled =
                flight.tryRun(LeaseName.ofBlob(repository, digest), Leases.Take.FREE_OR_REQUESTED, lease -> {
                    BlobDownload.Result result = download.goOn(repository, digest, lease, deadline);
                    if (result.outcome() != BlobDownload.Outcome.STORED) {
                        requestNextAttempt(repository, digest, attempt, result.outcome(), lease);
                    }
                    return result.stored();
                });
        return filled.isPresent();
    }

    private void requestNextAttempt(
            UpstreamRepository repository, Digest digest, int attempt, BlobDownload.Outcome outcome, HeldLease lease) {
        int limit = outcome == BlobDownload.Outcome.KEPT ? MAX_ATTEMPTS_THAT_GO_ON : MAX_ATTEMPTS;
        if (attempt >= limit) {
            throw UpstreamException.of(
                    Kind.TIMEOUT, "fill " + repository + "@" + digest, "not complete after " + attempt + " attempts");
        }
        lease.handOver(REQUEST_KEPT);
        events.send(List.of(BlobFillRequest.of(repository, digest, attempt + 1)));
    }

    /**
     * The size of a blob that this call has filled, because it is small. Empty at once when it is large or another process
     * fills it, and at the deadline: the fill goes on.
     *
     * <p>Errors: those of upstream.
     *
     * @param check throws if the blob may not be fetched; called only if no other process fetches it
     */
    public Optional<Long> start(UpstreamRepository repository, Digest digest, Runnable check, Deadline deadline) {
        return flight.start(LeaseName.ofBlob(repository, digest), lease -> held(repository, digest)
                .or(() -> {
                    check.run();
                    return fillOrRequest(repository, digest, lease, deadline);
                }));
    }

    /**
     * The size of the blob once another process has stored it; that process is asked if none is at work. Empty when the wait
     * is over first; the fill goes on. Upstream is not called here.
     *
     * <p>Errors: those that the other process met upstream.
     *
     * @param check throws if the blob may not be fetched; called only if no other process fetches it
     */
    public Optional<Long> await(UpstreamRepository repository, Digest digest, Runnable check, Waiting waiting) {
        return flight.run(LeaseName.ofBlob(repository, digest), waiting, () -> held(repository, digest), lease -> held(
                        repository, digest)
                .or(() -> {
                    check.run();
                    return handedOver(repository, digest, lease);
                }));
    }

    private Optional<Long> fillOrRequest(
            UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline) {
        Optional<Long> here = Optional.empty();
        try {
            if (size(repository, digest, deadline).orElse(Long.MAX_VALUE) <= inlineLimitBytes) {
                here = download.bringInSmall(repository, digest, inlineLimitBytes, lease, deadline);
            }
        } catch (UpstreamException e) {
            if (!e.isOutOfTime()) {
                throw e;
            }
        }
        return here.or(() -> handedOver(repository, digest, lease));
    }

    /** As a manifest told; of a blob that no manifest of this process named, upstream's HEAD tells. */
    private OptionalLong size(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return Optional.ofNullable(sizes.getIfPresent(digest))
                .map(OptionalLong::of)
                .orElseGet(() -> download.upstreamSize(repository, digest, deadline));
    }

    /** What a manifest says of its blobs need not be asked. */
    public void expect(List<Descriptor> blobs) {
        blobs.forEach(blob -> sizes.put(blob.digest(), blob.sizeBytes()));
    }

    private Optional<Long> handedOver(UpstreamRepository repository, Digest digest, HeldLease lease) {
        lease.handOver(REQUEST_KEPT);
        request(repository, digest);
        return Optional.empty();
    }

    /** Leaves the fill to the process that consumes the event. */
    public void request(UpstreamRepository repository, Digest digest) {
        events.send(List.of(BlobFillRequest.first(repository, digest)));
    }
}
