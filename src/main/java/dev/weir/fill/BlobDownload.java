package dev.weir.fill;

import dev.weir.lease.HeldLease;
import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.oci.VerifyingInputStream.ContentMismatchException;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Downloads one blob under a lease and links it. A blob that is stored already, for another repository, is linked only after
 * this repository's upstream has delivered some of its bytes, from a place that no caller can foresee: knowing a digest, or
 * answering HEAD with a length, opens nothing.
 *
 * <p>Errors: those of {@link UpstreamRegistry}; a 404 is remembered.
 */
public final class BlobDownload {
    /** How much upstream must deliver of a blob that is stored already. */
    private static final int PROOF_BYTES = 16 * 1024;

    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final RepositoryLinks links;
    private final Clock clock;
    private final SecretPlace place = new SecretPlace();

    public BlobDownload(UpstreamRegistry upstream, ContentStore contents, RepositoryLinks links, Clock clock) {
        this.upstream = upstream;
        this.contents = contents;
        this.links = links;
        this.clock = clock;
    }

    /** The size in bytes of the blob, which is stored and linked now; empty when the deadline is over first. */
    Optional<Long> bringIn(UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline) {
        try {
            OptionalLong stored = contents.findSize(digest);
            long size = stored.isPresent()
                    ? proven(repository, digest, stored.getAsLong(), deadline)
                    : downloaded(repository, digest, lease, deadline);
            links.putBlob(repository, digest, size);
            return Optional.of(size);
        } catch (UpstreamException e) {
            if (e.isOutOfTime() || deadline.isOver()) {
                return Optional.empty();
            }
            throw remember(repository, digest, e);
        }
    }

    private long proven(UpstreamRepository repository, Digest digest, long sizeBytes, Deadline deadline) {
        if (links.blob(repository, digest).found().isPresent() || sizeBytes == 0) {
            return sizeBytes;
        }
        int length = (int) Math.min(sizeBytes, PROOF_BYTES);
        ByteRange range = new ByteRange(place.in(digest, sizeBytes - length + 1), length);
        byte[] theirs = upstream.blobRange(repository, digest, sizeBytes, range, deadline);
        byte[] ours = contents.read(digest, range).orElseThrow(() -> lost(repository, digest));
        if (!Arrays.equals(theirs, ours)) {
            throw UpstreamException.of(
                    Kind.INVALID, "fill " + repository + "@" + digest, "the bytes are not those of the digest");
        }
        return sizeBytes;
    }

    private static UpstreamException lost(UpstreamRepository repository, Digest digest) {
        return UpstreamException.of(
                Kind.UNAVAILABLE, "fill " + repository + "@" + digest, "the stored copy was removed meanwhile");
    }

    private long downloaded(UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline) {
        String action = "fill " + repository + "@" + digest;
        try (UpstreamBlob blob = upstream.blob(repository, digest, deadline)) {
            InputStream timed = new DeadlineInputStream(lease.renewing(blob.bytes()), deadline);
            InputStream verified = new VerifyingInputStream(timed, digest, blob.sizeBytes());
            return contents.put(digest, blob.sizeBytes(), verified);
        } catch (ContentMismatchException e) {
            throw UpstreamException.of(Kind.INVALID, action, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw UpstreamException.of(Kind.UNAVAILABLE, action, String.valueOf(e.getMessage()));
        }
    }

    /** The size by upstream's HEAD; empty when upstream has the blob but doesn't tell. */
    public OptionalLong upstreamSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        try {
            return upstream.blobSize(repository, digest, deadline);
        } catch (UpstreamException e) {
            throw remember(repository, digest, e);
        }
    }

    private UpstreamException remember(UpstreamRepository repository, Digest digest, UpstreamException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            links.rememberBlobAbsence(repository, digest, clock.instant().plus(Lookup.ABSENT_KEPT));
        }
        return e;
    }
}
