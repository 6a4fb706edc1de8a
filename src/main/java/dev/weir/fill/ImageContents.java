package dev.weir.fill;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestLinks;
import dev.weir.oci.Platform;
import dev.weir.rules.RuleSetting;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import dev.weir.store.ContentStore;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Brings in what a manifest points at, for the platforms that the repository is pulled for. */
public final class ImageContents {
    /** Each fill has a part of 8 MiB or more in memory. */
    private static final int FILLS_AT_ONCE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore room = new Semaphore(FILLS_AT_ONCE);
    private final ContentStore contents;
    private final RepositoryManifests manifests;
    private final ManifestFetcher fetcher;
    private final BlobFiller filler;

    public ImageContents(
            ContentStore contents, RepositoryManifests manifests, ManifestFetcher fetcher, BlobFiller filler) {
        this.contents = contents;
        this.manifests = manifests;
        this.fetcher = fetcher;
        this.filler = filler;
    }

    /**
     * All of an image, or those children of an index that are for the platforms of the rule; where it names none, for those that are
     * cached of what the tag points at now. Nothing under a rule that does not prefetch.
     *
     * <p>Errors: those of upstream.
     *
     * @return false when not all is here yet: the deadline is over, or another process fills
     */
    public boolean bringIn(UpstreamRepository repository, CachedTag before, Manifest next, Deadline deadline) {
        if (!repository.rule().isPrefetching()) {
            return true;
        }
        if (!next.mediaType().isIndex()) {
            return fillBlobs(repository, next, deadline);
        }
        Set<Platform> pulled = repository
                .rule()
                .settings()
                .find(RuleSetting.PLATFORMS)
                .orElseGet(() -> manifests
                        .at(repository, before.manifest())
                        .map(manifest -> platformsHeld(repository, manifest))
                        .orElse(Set.of()));
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
                .filter(child ->
                        manifests.find(repository, child.getKey()).found().isPresent())
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    private boolean fillBlobs(UpstreamRepository repository, Manifest image, Deadline deadline) {
        for (Descriptor blob : image.links().blobs()) {
            // Looked for again only then: the process that filled it may have ended meanwhile.
            if (!fillHereOrRequest(repository, blob.digest(), deadline)
                    && filler.held(repository, blob.digest()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Slow blobs must not take all the threads of a tick: a fifth one goes to the fill function. */
    private boolean fillHereOrRequest(UpstreamRepository repository, Digest digest, Deadline deadline) {
        boolean entered = false;
        try {
            entered = room.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (entered && !deadline.isOver()) {
                return filler.fill(repository, digest, 1, deadline);
            }
            if (filler.held(repository, digest).isPresent()) {
                return true;
            }
            filler.request(repository, digest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (entered) {
                room.release();
            }
        }
        return false;
    }
}
