package dev.weir.fill;

import dev.weir.lease.HeldLease;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.ContentStore;
import dev.weir.store.KeptFill;
import dev.weir.store.KeptFills;
import dev.weir.store.KeptUpload;
import dev.weir.store.Upload;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Moves a blob's bytes from upstream through their digest into the content store. What a transfer has stored when its deadline
 * is over is kept with the state of its hash, and the next one of the same origin goes on from there, where upstream sends parts
 * and the store still has the upload; else it begins anew.
 *
 * <p>Errors: those of upstream; {@link IOException} when the bytes stop or are not the digest's.
 */
public final class BlobTransfer {
    /** A transfer that would take less than this part of its time does not pay for a hash that can be kept. */
    private static final int SURE = 10;

    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final KeptFills kept;

    public BlobTransfer(UpstreamRegistry upstream, ContentStore contents, KeptFills kept) {
        this.upstream = upstream;
        this.contents = contents;
        this.kept = kept;
    }

    /** Where the bytes come from and go to, and the hash of those before them. */
    private record Running(UpstreamBlob blob, Upload upload, ResumableHash hash) {}

    /** Begins anew. The bytes stored; empty when the deadline was over first, and what came is kept. */
    OptionalLong begin(UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline)
            throws IOException {
        try (UpstreamBlob blob = upstream.blob(repository, digest, deadline)) {
            return transferred(repository, digest, blob, lease, deadline);
        }
    }

    private OptionalLong transferred(
            UpstreamRepository repository, Digest digest, UpstreamBlob blob, HeldLease lease, Deadline deadline)
            throws IOException {
        try (Upload upload = contents.begin(digest, blob.sizeBytes())) {
            Running running = new Running(blob, upload, ResumableHash.begin(digest.algorithm()));
            return run(repository, digest, running, lease, deadline);
        }
    }

    /** As {@link #begin}; empty as well when the blob is larger than the limit, or upstream doesn't tell. */
    OptionalLong beginSmall(
            UpstreamRepository repository, Digest digest, long limitBytes, HeldLease lease, Deadline deadline)
            throws IOException {
        try (UpstreamBlob blob = upstream.blob(repository, digest, deadline)) {
            return blob.sizeBytes().orElse(Long.MAX_VALUE) <= limitBytes
                    ? transferred(repository, digest, blob, lease, deadline)
                    : OptionalLong.empty();
        }
    }

    /** As {@link #begin}, but goes on with what an earlier transfer kept, if it kept anything that is of use. */
    OptionalLong goOnOrBegin(UpstreamRepository repository, Digest digest, HeldLease lease, Deadline deadline)
            throws IOException {
        Optional<KeptFill> earlier = kept.find(repository, digest);
        if (earlier.isPresent()) {
            Optional<OptionalLong> stored = goOn(repository, digest, earlier.get(), lease, deadline);
            if (stored.isPresent()) {
                return stored.get();
            }
            discard(repository, digest, earlier.get());
        }
        return begin(repository, digest, lease, deadline);
    }

    private void discard(UpstreamRepository repository, Digest digest, KeptFill earlier) {
        kept.forget(repository, digest);
        contents.discard(digest, earlier.upload());
    }

    /** Empty when the earlier transfer is of no use. */
    private Optional<OptionalLong> goOn(
            UpstreamRepository repository, Digest digest, KeptFill earlier, HeldLease lease, Deadline deadline)
            throws IOException {
        KeptUpload stored = earlier.upload();
        Optional<ResumableHash> hash = ResumableHash.goOn(earlier.hashState(), stored.offset());
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        Optional<UpstreamBlob> rest = upstream.blobFrom(repository, digest, stored.offset(), deadline);
        if (rest.isEmpty()) {
            return Optional.empty();
        }
        try (UpstreamBlob blob = rest.get()) {
            Optional<Upload> upload =
                    blob.sizeBytes().equals(earlier.sizeBytes()) ? contents.goOn(digest, stored) : Optional.empty();
            if (upload.isEmpty()) {
                return Optional.empty();
            }
            try (Upload goingOn = upload.get()) {
                OptionalLong size = run(repository, digest, new Running(blob, goingOn, hash.get()), lease, deadline);
                if (size.isPresent()) {
                    kept.forget(repository, digest);
                }
                return Optional.of(size);
            }
        }
    }

    private OptionalLong run(
            UpstreamRepository repository, Digest digest, Running running, HeldLease lease, Deadline deadline)
            throws IOException {
        OptionalLong size = running.blob().sizeBytes();
        InputStream timed =
                new DeadlineInputStream(lease.renewing(running.blob().bytes()), deadline);
        InputStream verified = new VerifyingInputStream(timed, digest, size, running.hash());
        Duration atFirst = deadline.left();
        long first = running.hash().count();
        Optional<byte[]> state = Optional.empty();
        if (deadline.isNever()) {
            running.hash().stopKeeping();
        }
        try {
            while (running.upload().readPart(verified)) {
                Duration taken = atFirst.minus(deadline.left());
                if (isSureToEnd(taken, running.hash().count() - first, size, deadline)) {
                    running.hash().stopKeeping();
                }
                state = running.hash().state();
            }
            return OptionalLong.of(running.upload().complete());
        } catch (IOException | UpstreamException e) {
            Optional<KeptUpload> upload =
                    deadline.isOver() && state.isPresent() ? running.upload().keep() : Optional.empty();
            if (upload.isEmpty()) {
                throw e;
            }
            kept.keep(repository, digest, new KeptFill(upload.get(), size, state.orElseThrow()));
            return OptionalLong.empty();
        }
    }

    private static boolean isSureToEnd(Duration taken, long bytes, OptionalLong sizeBytes, Deadline deadline) {
        if (sizeBytes.isEmpty() || bytes == 0) {
            return false;
        }
        double expectedMillis = (double) taken.toMillis() * sizeBytes.getAsLong() / bytes;
        return expectedMillis * SURE < deadline.left().toMillis();
    }
}
