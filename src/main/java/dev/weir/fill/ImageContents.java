package dev.weir.fill;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestLinks;
import dev.weir.oci.Platform;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import dev.weir.store.ContentStore;
import dev.weir.store.RepositoryIndex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Brings in what a manifest points at, for the platforms that the repository is pulled for. */
public final class ImageContents {
    /** Each fill has a part of 8 MiB or more in memory. */
    private static final int PARTS_IN_MEMORY = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore parts = new Semaphore(PARTS_IN_MEMORY);
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final ManifestFetcher fetcher;
    private final BlobFiller fill;
    private final Clock clock;

    public ImageContents(
            ContentStore contents, RepositoryIndex index, ManifestFetcher fetcher, BlobFiller fill, Clock clock) {
        this.clock = clock;
        this.contents = contents;
        this.index = index;
        this.fetcher = fetcher;
        this.fill = fill;
    }

    /**
     * All of an image, or those children of an index whose platforms are cached of what the tag points at now.
     *
     * <p>Errors: {@link dev.weir.upstream.UpstreamException}.
     *
     * @return false when not all is here yet: the time is up, or another is at it
     */
    public boolean bringIn(UpstreamRepository repository, CachedTag before, Manifest next, Instant deadline) {
        if (!next.mediaType().isIndex()) {
            return fillBlobs(repository, next, deadline);
        }
        Set<Platform> pulled = fetcher.bytesOf(before.manifest())
                .map(manifest -> platformsHeld(repository, manifest))
                .orElse(Set.of());
        ManifestLinks links = next.links();
        for (Descriptor child : links.manifests()) {
            boolean wanted = Optional.ofNullable(links.platforms().get(child.digest()))
                    .filter(pulled::contains)
                    .isPresent();
            if (wanted
                    && !fillBlobs(repository, fetcher.heldOrFetched(repository, child.digest(), deadline), deadline)) {
                return false;
            }
        }
        return true;
    }

    private Set<Platform> platformsHeld(UpstreamRepository repository, Manifest manifest) {
        ManifestLinks links = manifest.links();
        if (!manifest.mediaType().isIndex()) {
            return links.blobs().stream()
                    .limit(1)
                    .flatMap(config -> contents.find(config.digest()).stream())
                    .flatMap(bytes -> Platform.ofConfiguration(bytes).stream())
                    .collect(Collectors.toSet());
        }
        return links.platforms().entrySet().stream()
                .filter(child -> index.manifest(repository.name(), child.getKey())
                        .found()
                        .isPresent())
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    /** Slow blobs must not take all the threads of a tick: a fifth one goes to the fill function. */
    private boolean fillHereOrElsewhere(UpstreamRepository repository, Digest digest, Instant deadline) {
        boolean room = false;
        try {
            room = parts.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (room && clock.instant().isBefore(deadline)) {
                return fill.fill(repository, digest, 1, deadline);
            }
            if (fill.held(repository, digest).isPresent()) {
                return true;
            }
            fill.request(repository, digest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (room) {
                parts.release();
            }
        }
        return false;
    }

    private boolean fillBlobs(UpstreamRepository repository, Manifest image, Instant deadline) {
        for (Descriptor blob : image.links().blobs()) {
            // Looked for again only then: whoever was at it may have ended meanwhile.
            if (!fillHereOrElsewhere(repository, blob.digest(), deadline)
                    && fill.held(repository, blob.digest()).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
