package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.oci.VerifyingInputStream.ContentMismatchException;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings blobs in: upstream's bytes streamed through their digest into the content store, once in the world, then linked
 * to the repository.
 *
 * <p>A blob that is stored already is linked to another repository only after upstream has shown, by HEAD, that the blob
 * is in that repository too: knowing a digest opens nothing.
 */
public final class BlobFill {
    /** How long a 404 is remembered. */
    static final Duration ABSENT_KEPT = Duration.ofSeconds(60);

    /** How long a requested fill may stay untaken before it is asked for again. */
    private static final Duration REQUEST_KEPT = Duration.ofSeconds(30);

    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final SingleFlight flight;
    private final CacheEvents events;
    private final Clock clock;
    private final long inlineLimitBytes;

    /** @param inlineLimitBytes up to this size a blob is filled by the request that wants it */
    public BlobFill(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            CacheEvents events,
            Clock clock,
            long inlineLimitBytes) {
        this.upstream = upstream;
        this.contents = contents;
        this.index = index;
        this.flight = flight;
        this.events = events;
        this.clock = clock;
        this.inlineLimitBytes = inlineLimitBytes;
    }

    /** The size in bytes of a blob that is linked here and really there. */
    Optional<Long> held(UpstreamRepository repository, Digest digest) {
        return index.blob(repository.name(), digest).found().filter(size -> contents.findSize(digest)
                .isPresent());
    }

    /**
     * Fills the blob in this call, whatever its size; does nothing when it is there or somebody else is at it.
     *
     * <p>Errors: {@link UpstreamException}.
     */
    public void fill(UpstreamRepository repository, Digest digest) {
        if (held(repository, digest).isEmpty()) {
            flight.tryRun(LeaseName.ofBlob(digest), lease -> bringIn(repository, digest, lease));
        }
    }

    /**
     * The size of the blob once it is there: filled in this call when it is small, by an event when it is large. Empty when
     * the deadline passes first; the fill goes on.
     *
     * <p>Errors: {@link UpstreamException}.
     */
    Optional<Long> await(UpstreamRepository repository, Digest digest, Instant deadline) {
        return flight.run(
                LeaseName.ofBlob(digest),
                deadline,
                () -> held(repository, digest),
                lease -> bringInOrAskFor(repository, digest, lease));
    }

    private Optional<Long> bringInOrAskFor(UpstreamRepository repository, Digest digest, HeldLease lease) {
        long size = upstreamSize(repository, digest).orElse(Long.MAX_VALUE);
        if (size <= inlineLimitBytes) {
            return Optional.of(bringIn(repository, digest, lease));
        }
        lease.handOver(REQUEST_KEPT);
        events.requestFills(List.of(new BlobFillRequest(repository.name(), digest)));
        return Optional.empty();
    }

    /** Under the lease. A blob that came in for another repository only needs upstream's word that it is here too. */
    private long bringIn(UpstreamRepository repository, Digest digest, HeldLease lease) {
        OptionalLong stored = contents.findSize(digest);
        if (stored.isEmpty()) {
            return download(repository, digest, lease);
        }
        if (index.blob(repository.name(), digest).found().isEmpty()) {
            upstreamSize(repository, digest);
            index.putBlob(repository.name(), digest, stored.getAsLong());
        }
        return stored.getAsLong();
    }

    private long download(UpstreamRepository repository, Digest digest, HeldLease lease) {
        String action = "fill " + repository + "@" + digest;
        try (UpstreamBlob blob = upstream.blob(repository, digest)) {
            InputStream verified = new VerifyingInputStream(lease.keptBy(blob.bytes()), digest, blob.sizeBytes());
            long size = contents.put(digest, blob.sizeBytes(), verified);
            index.putBlob(repository.name(), digest, size);
            return size;
        } catch (ContentMismatchException e) {
            throw new UpstreamException(Kind.INVALID, action, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UpstreamException(Kind.UNAVAILABLE, action, String.valueOf(e.getMessage()));
        } catch (UpstreamException e) {
            throw remembered(repository, digest, e);
        }
    }

    /** The size by upstream's word; empty when upstream has the blob but doesn't tell. */
    OptionalLong upstreamSize(UpstreamRepository repository, Digest digest) {
        try {
            return upstream.blobSize(repository, digest);
        } catch (UpstreamException e) {
            throw remembered(repository, digest, e);
        }
    }

    private UpstreamException remembered(UpstreamRepository repository, Digest digest, UpstreamException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            index.putBlobAbsent(repository.name(), digest, clock.instant().plus(ABSENT_KEPT));
        }
        return e;
    }
}
