package dev.weir.fill;

import dev.weir.lease.HeldLease;
import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream.ContentMismatchException;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.io.IOException;
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
    private final BlobTransfer transfer;
    private final Clock clock;
    private final SecretPlace place = new SecretPlace();

    public BlobDownload(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryLinks links,
            BlobTransfer transfer,
            Clock clock) {
        this.upstream = upstream;
        this.contents = contents;
        this.links = links;
        this.transfer = transfer;
        this.clock = clock;
    }

    /** How far a download came. */
    public enum Outcome {
        /** The blob is stored and linked now. */
        STORED,
        /** The deadline was over first, and what came is kept: the next download goes on from there. */
        KEPT,
        /** The deadline was over first: the next download begins anew. */
        NOTHING
    }

    /** @param sizeBytes of the blob when it is stored */
    record Result(Outcome outcome, long sizeBytes) {
        private static final Result NOTHING = new Result(Outcome.NOTHING, 0);
        private static final Result KEPT = new Result(Outcome.KEPT, 0);

        Optional<Long> stored() {
            return outcome == Outcome.STORED ? Optional.of(sizeBytes) : Optional.empty();
        }
    }

    /** How a transfer is made: from the first byte on, or from where another ended. */
    @FunctionalInterface
    private interface Transfer {
        OptionalLong run() throws IOException;
    }

    /** The size of a blob that is stored and linked now; empty when it is larger than the limit, and when the deadline is over first. */
    Optional<Long> bringInSmall(
            UpstreamRepository repository, Digest digest, long limitBytes, HeldLease lease, Deadline deadline) {
        return stored(
                        repository,
                        digest,
                        deadline,
                        () -> transfer.beginSmall(repository, digest, limitBytes, lease, deadline))
                .stored();
    }

    /** A blob of any size; goes on where an earlier download ended at its deadline. */
    Result goOn(UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline) {
        return stored(repository, digest, deadline, () -> transfer.goOnOrBegin(repository, digest, lease, deadline));
    }

    private Result stored(UpstreamRepository repository, Digest digest, Deadline deadline, Transfer transfers) {
        try {
            OptionalLong held = contents.findSize(digest);
            if (held.isEmpty()) {
                held = downloaded(repository, digest, transfers);
                if (held.isEmpty()) {
                    return Result.KEPT;
                }
            } else {
                prove(repository, digest, held.getAsLong(), deadline);
            }
            links.putBlob(repository, digest, held.getAsLong());
            return new Result(Outcome.STORED, held.getAsLong());
        } catch (UpstreamException e) {
            if (e.isOutOfTime() || deadline.isOver()) {
                return Result.NOTHING;
            }
            throw remember(repository, digest, e);
        }
    }

    private void prove(UpstreamRepository repository, Digest digest, long sizeBytes, Deadline deadline) {
        if (links.blob(repository, digest).found().isPresent() || sizeBytes == 0) {
            return;
        }
        int length = (int) Math.min(sizeBytes, PROOF_BYTES);
        ByteRange range = new ByteRange(place.in(digest, sizeBytes - length + 1), length);
        byte[] theirs = upstream.blobRange(repository, digest, sizeBytes, range, deadline);
        byte[] ours = contents.read(digest, range).orElseThrow(() -> lost(repository, digest));
        if (!Arrays.equals(theirs, ours)) {
            throw UpstreamException.of(
                    Kind.INVALID, "fill " + repository + "@" + digest, "the bytes are not those of the digest");
        }
    }

    private static UpstreamException lost(UpstreamRepository repository, Digest digest) {
        return UpstreamException.of(
                Kind.UNAVAILABLE, "fill " + repository + "@" + digest, "the stored copy was removed meanwhile");
    }

    private static OptionalLong downloaded(UpstreamRepository repository, Digest digest, Transfer transfers) {
        String action = "fill " + repository + "@" + digest;
        try {
            return transfers.run();
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
