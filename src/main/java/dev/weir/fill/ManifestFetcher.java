package dev.weir.fill;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryIndex;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings manifests in, content first, pointer last, and finds the bytes of those that are held.
 *
 * <p>Errors: {@link UpstreamException} from every method that asks upstream; a 404 is remembered.
 */
public final class ManifestFetcher {
    private final UpstreamRegistry upstream;
    private final ContentStore contents;
    private final RepositoryIndex index;
    private final Clock clock;

    public ManifestFetcher(UpstreamRegistry upstream, ContentStore contents, RepositoryIndex index, Clock clock) {
        this.upstream = upstream;
        this.contents = contents;
        this.index = index;
        this.clock = clock;
    }

    /** The manifest itself: inline, or from the content store; empty when its object is gone from there. */
    public Optional<Manifest> bytesOf(CachedManifest cached) {
        Descriptor descriptor = cached.descriptor();
        return cached.inline().or(() -> contents.find(descriptor.digest())
                .map(bytes -> new Manifest(descriptor.mediaType(), descriptor.digest(), bytes)));
    }

    /** From upstream into the repository, without a tag. */
    public Manifest fetch(UpstreamRepository repository, Reference reference, Instant deadline) {
        Manifest manifest = remembering404(repository, reference, deadline);
        store(repository, manifest);
        return manifest;
    }

    /** What is held in this repository already is not fetched again. */
    public Manifest heldOrFetched(UpstreamRepository repository, Digest digest, Instant deadline) {
        return index.manifest(repository.name(), digest)
                .found()
                .flatMap(this::bytesOf)
                .orElseGet(() -> fetch(repository, digest, deadline));
    }

    private Manifest remembering404(UpstreamRepository repository, Reference reference, Instant deadline) {
        try {
            return upstream.within(deadline).manifest(repository, reference);
        } catch (UpstreamException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                index.putManifestAbsent(
                        repository.name(), reference, clock.instant().plus(Lookup.ABSENT_KEPT));
            }
            throw e;
        }
    }

    private void store(UpstreamRepository repository, Manifest manifest) {
        CachedManifest cached = CachedManifest.of(manifest);
        if (cached.inline().isEmpty()) {
            OptionalLong size = OptionalLong.of(manifest.bytes().length);
            try {
                contents.put(
                        manifest.digest(),
                        size,
                        new VerifyingInputStream(new ByteArrayInputStream(manifest.bytes()), manifest.digest(), size));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        index.putManifest(repository.name(), cached);
    }
}
