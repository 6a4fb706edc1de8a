package dev.weir.cache;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestLinks;
import dev.weir.oci.Platform;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings in what a manifest points at, for the platforms that the repository is pulled for. */
public final class ImageContents {
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final ManifestFetch fetch;
    private final BlobFill fill;

    public ImageContents(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            BlobFill fill,
            CheckSchedule schedule,
            Clock clock) {
        this.contents = contents;
        this.index = index;
        this.fetch = new ManifestFetch(upstream, contents, index, schedule, clock);
        this.fill = fill;
    }

    /**
     * All of an image, or those children of an index whose platforms are cached of what the tag points at now.
     *
     * <p>Errors: {@link UpstreamException}, of kind TIMEOUT when not all is here by the deadline; a fill goes on elsewhere then.
     */
    public void bringIn(UpstreamRepository repository, CachedTag before, Manifest next, Instant deadline) {
        if (!next.mediaType().isIndex()) {
            fillBlobs(repository, next, deadline);
            return;
        }
        Set<Platform> pulled = fetch.bytesOf(before.manifest())
                .map(manifest -> platformsHeld(repository, manifest))
                .orElse(Set.of());
        ManifestLinks links = next.links();
        for (Descriptor child : links.manifests()) {
            if (Optional.ofNullable(links.platforms().get(child.digest()))
                    .filter(pulled::contains)
                    .isPresent()) {
                fillBlobs(repository, fetch.heldOrFetched(repository, child.digest()), deadline);
            }
        }
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
                .map(java.util.Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    private void fillBlobs(UpstreamRepository repository, Manifest image, Instant deadline) {
        for (Descriptor blob : image.links().blobs()) {
            Digest digest = blob.digest();
            fill.fill(repository, digest, 1, deadline);
            if (fill.held(repository, digest).isEmpty()) {
                throw new UpstreamException(
                        Kind.TIMEOUT, "fill " + repository + "@" + digest, "not here yet, another fill is at it");
            }
        }
    }
}
