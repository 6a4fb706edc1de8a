package dev.weir.pull;

import dev.weir.fill.BlobDownload;
import dev.weir.fill.BlobFiller;
import dev.weir.fill.RepositoryManifests;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.BlobAccess;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.Deadline;
import dev.weir.time.Waiting;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** How a blob request is answered: where to read it, once it is stored and linked to the repository. */
public final class BlobPull {
    private final RepositoryLinks links;
    private final RepositoryManifests manifests;
    private final StoredBlobs blobs;
    private final BlobFiller filler;
    private final BlobDownload download;
    private final Clock clock;

    public BlobPull(
            RepositoryLinks links,
            RepositoryManifests manifests,
            StoredBlobs blobs,
            BlobFiller filler,
            BlobDownload download,
            Clock clock) {
        this.links = links;
        this.manifests = manifests;
        this.blobs = blobs;
        this.filler = filler;
        this.download = download;
        this.clock = clock;
    }

    /**
     * Where to read the blob, if it is stored or small enough to be filled until the deadline; waits for no other. The object is
     * looked for before its URL is given out: one that is gone from the content store is filled again.
     */
    Answer<BlobLocation> locate(Repository repository, Digest digest, BlobAccess access, Deadline deadline) {
        return located(
                repository, digest, access, (upstream, check) -> filler.start(upstream, digest, check, deadline));
    }

    /** The same, but waits for the process that fills the blob, and never calls upstream itself. */
    Answer<BlobLocation> await(Repository repository, Digest digest, BlobAccess access, Waiting waiting) {
        return located(repository, digest, access, (upstream, check) -> filler.await(upstream, digest, check, waiting));
    }

    /** Has a blob filled that is not held. */
    @FunctionalInterface
    private interface Filling {
        Optional<Long> fill(UpstreamRepository upstream, Runnable check);
    }

    private Answer<BlobLocation> located(Repository repository, Digest digest, BlobAccess access, Filling filling) {
        BooleanSupplier isStored = blobs.look(digest);
        Lookup<Long> link = links.blob(repository, digest);
        if (link.found().isPresent() && isStored.getAsBoolean()) {
            return new Answer<>(BlobLocation.at(blobs.presign(digest, access)), CacheStatus.HIT);
        }
        UpstreamRepository upstream = requireUnknown(repository, digest, link);
        Runnable check = () -> requireNoManifest(repository, digest, link);
        return PullFailedException.translating(ErrorCode.BLOB_UNKNOWN, () -> filling.fill(upstream, check))
                .map(size -> new Answer<>(BlobLocation.at(blobs.presign(digest, access)), CacheStatus.MISS_STORED))
                .orElseGet(() -> new Answer<>(BlobLocation.STILL_FILLING, CacheStatus.MISS));
    }

    /** The blob's size in bytes; upstream is asked for one that is not held, and it is filled if upstream doesn't tell. */
    Answer<Long> size(Repository repository, Digest digest, Deadline deadline) {
        Lookup<Long> link = links.blob(repository, digest);
        if (link.found().isPresent()) {
            return new Answer<>(link.found().get(), CacheStatus.HIT);
        }
        UpstreamRepository upstream = requireUnknown(repository, digest, link);
        requireNoManifest(repository, digest, link);
        OptionalLong told = PullFailedException.translating(
                ErrorCode.BLOB_UNKNOWN, () -> download.upstreamSize(upstream, digest, deadline));
        if (told.isPresent()) {
            return new Answer<>(told.getAsLong(), CacheStatus.MISS);
        }
        Optional<Long> filled = PullFailedException.translating(
                ErrorCode.BLOB_UNKNOWN, () -> filler.start(upstream, digest, () -> {}, deadline)
                        .or(() -> filler.await(upstream, digest, () -> {}, Waiting.until(deadline))));
        return filled.map(size -> new Answer<>(size, CacheStatus.MISS_STORED))
                .orElseThrow(() -> PullFailedException.sizeUnknown(repository + "@" + digest));
    }

    /** Where to ask for a blob that is not held. */
    private UpstreamRepository requireUnknown(Repository repository, Digest digest, Lookup<Long> link) {
        if (link.isAbsentAt(clock.instant())) {
            throw PullFailedException.remembered(repository + "@" + digest, ErrorCode.BLOB_UNKNOWN);
        }
        return PullFailedException.requireUpstream(repository, "@" + digest, ErrorCode.BLOB_UNKNOWN);
    }

    /** Looked at by the one request that would have the blob fetched, and not by the thousand that come meanwhile. */
    private void requireNoManifest(Repository repository, Digest digest, Lookup<Long> link) {
        if (link.found().isEmpty() && manifests.find(repository, digest).found().isPresent()) {
            throw PullFailedException.isManifest(repository + "@" + digest);
        }
    }
}
