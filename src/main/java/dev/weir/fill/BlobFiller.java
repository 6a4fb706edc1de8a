package dev.weir.fill;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvents;
import dev.weir.lease.HeldLease;
import dev.weir.lease.LeaseName;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.oci.VerifyingInputStream.ContentMismatchException;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryIndex;
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
import java.util.function.Function;

/**
 * Brings blobs in: upstream's bytes streamed through their digest into the content store, once in the world, then linked
 * to the repository.
 *
 * <p>A blob that is stored already is linked to another repository only after upstream has shown, by HEAD, that the blob
 * is in that repository too: knowing a digest opens nothing.
 */
public final class BlobFiller {
    /** How long a requested fill may stay untaken before it is asked for again. */
    private static final Duration REQUEST_KEPT = Duration.ofSeconds(30);

    /** Each as long as a function may run. */
    private static final int MAX_ATTEMPTS = 3;

    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final SingleFlight flight;
    private final CacheEvents events;
    private final Clock clock;
    private final long inlineLimitBytes;

    /** @param inlineLimitBytes up to this size a blob is filled by the request that wants it */
    public BlobFiller(
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
    public Optional<Long> held(UpstreamRepository repository, Digest digest) {
        return index.blob(repository.name(), digest).found().filter(size -> contents.findSize(digest)
                .isPresent());
    }

    /**
     * Fills the blob in this call, whatever its size; does nothing when it is there or somebody else is at it. When the time
     * is up the lease is given back and the next attempt asked for, by event.
     *
     * <p>Errors: {@link UpstreamException}; TIMEOUT when the last attempt ran out of time too.
     *
     * @param attempt that of the request
     * @return whether the blob is there; false when the time was up, or somebody else is at it
     */
    public boolean fill(UpstreamRepository repository, Digest digest, int attempt, Instant deadline) {
        if (held(repository, digest).isPresent()) {
            return true;
        }
        Optional<Optional<Long>> filled = flight.tryRun(LeaseName.ofBlob(digest), lease -> {
            Optional<Long> size = bringIn(repository, digest, lease, deadline);
            if (size.isEmpty()) {
                askAgain(repository, digest, attempt, lease);
            }
            return size;
        });
        return filled.flatMap(Function.identity()).isPresent();
    }

    private void askAgain(UpstreamRepository repository, Digest digest, int attempt, HeldLease lease) {
        if (attempt >= MAX_ATTEMPTS) {
            throw new UpstreamException(
                    Kind.TIMEOUT, "fill " + repository + "@" + digest, "not all there after " + attempt + " attempts");
        }
        lease.handOver(REQUEST_KEPT);
        events.send(List.of(new BlobFillRequest(repository.name(), digest, attempt + 1)));
    }

    /**
     * The size of the blob once it is there: filled in this call when it is small, by an event when it is large. Empty when
     * the deadline passes first; the fill goes on.
     *
     * <p>Errors: {@link UpstreamException}.
     */
    public Optional<Long> await(UpstreamRepository repository, Digest digest, Instant deadline) {
        return flight.run(
                LeaseName.ofBlob(digest),
                deadline,
                () -> held(repository, digest),
                lease -> bringInOrAskFor(repository, digest, lease, deadline));
    }

    private Optional<Long> bringInOrAskFor(
            UpstreamRepository repository, Digest digest, HeldLease lease, Instant deadline) {
        long size;
        try {
            size = upstreamSize(repository, digest, deadline).orElse(Long.MAX_VALUE);
        } catch (UpstreamException e) {
            if (e.isOutOfTime()) {
                return Optional.empty();
            }
            throw e;
        }
        Optional<Long> here =
                size <= inlineLimitBytes ? bringIn(repository, digest, lease, deadline) : Optional.empty();
        if (here.isEmpty()) {
            lease.handOver(REQUEST_KEPT);
            request(repository, digest);
        }
        return here;
    }

    /** Leaves the fill to whoever takes up the event. */
    public void request(UpstreamRepository repository, Digest digest) {
        events.send(List.of(BlobFillRequest.first(repository.name(), digest)));
    }

    /** Under the lease; empty when the deadline passed. A blob that came in for another repository only needs upstream's word that it is here too. */
    private Optional<Long> bringIn(UpstreamRepository repository, Digest digest, HeldLease lease, Instant deadline) {
        OptionalLong stored = contents.findSize(digest);
        if (stored.isEmpty()) {
            return download(repository, digest, lease, deadline);
        }
        if (index.blob(repository.name(), digest).found().isEmpty()) {
            upstreamSize(repository, digest, deadline);
            index.putBlob(repository.name(), digest, stored.getAsLong());
        }
        return Optional.of(stored.getAsLong());
    }

    private Optional<Long> download(UpstreamRepository repository, Digest digest, HeldLease lease, Instant deadline) {
        String action = "fill " + repository + "@" + digest;
        try (UpstreamBlob blob = upstream.within(deadline).blob(repository, digest)) {
            InputStream timed = new DeadlineInputStream(lease.keptBy(blob.bytes()), clock, deadline);
            InputStream verified = new VerifyingInputStream(timed, digest, blob.sizeBytes());
            long size = contents.put(digest, blob.sizeBytes(), verified);
            index.putBlob(repository.name(), digest, size);
            return Optional.of(size);
        } catch (ContentMismatchException e) {
            throw new UpstreamException(Kind.INVALID, action, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            if (!clock.instant().isBefore(deadline)) {
                return Optional.empty();
            }
            throw new UpstreamException(Kind.UNAVAILABLE, action, String.valueOf(e.getMessage()));
        } catch (UpstreamException e) {
            if (e.isOutOfTime() || !clock.instant().isBefore(deadline)) {
                return Optional.empty();
            }
            throw remembered(repository, digest, e);
        }
    }

    /** The size by upstream's word; empty when upstream has the blob but doesn't tell. */
    public OptionalLong upstreamSize(UpstreamRepository repository, Digest digest, Instant deadline) {
        try {
            return upstream.within(deadline).blobSize(repository, digest);
        } catch (UpstreamException e) {
            throw remembered(repository, digest, e);
        }
    }

    private UpstreamException remembered(UpstreamRepository repository, Digest digest, UpstreamException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            index.putBlobAbsent(repository.name(), digest, clock.instant().plus(Lookup.ABSENT_KEPT));
        }
        return e;
    }
}
