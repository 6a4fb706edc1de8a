package dev.weir.fill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.rules.Repository;
import dev.weir.store.CachedManifest;
import dev.weir.store.ContentStore;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The manifests that repositories hold. Bytes come from this process's memory, from the link's entry, or from the content
 * store. Memory is shared by digest and opens nothing: who asks has read a pointer or a link in the repository.
 *
 * <p>Units: at most 16 MiB are kept in memory.
 */
public final class RepositoryManifests {
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final RepositoryLinks links;
    private final ContentStore contents;
    private final Cache<Digest, byte[]> memory = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Digest digest, byte[] bytes) -> bytes.length + 200)
            .build();

    public RepositoryManifests(RepositoryLinks links, ContentStore contents) {
        this.links = links;
        this.contents = contents;
    }

    /** What is known of the manifest in the repository. One read. */
    public Lookup<CachedManifest> find(Repository repository, Digest digest) {
        return links.manifest(repository, digest);
    }

    /** The manifest of a link; empty when its object is gone from the content store. */
    public Optional<Manifest> bytesOf(CachedManifest linked) {
        return linked.inline().or(() -> inMemory(linked.descriptor())).or(() -> stored(linked.descriptor()));
    }

    /** The manifest that a pointer of the repository names; empty when it is lost. No read when it is in memory. */
    public Optional<Manifest> at(Repository repository, Descriptor pointer) {
        return inMemory(pointer).or(() -> find(repository, pointer.digest())
                .found()
                .flatMap(this::bytesOf)
                .map(this::remember));
    }

    /** Stores a verified manifest's bytes where its link does not hold them. The link comes last. */
    void store(Manifest manifest) {
        CachedManifest cached = CachedManifest.of(manifest);
        if (cached.inline().isEmpty()) {
            OptionalLong size = OptionalLong.of(manifest.bytes().length);
            InputStream bytes = new ByteArrayInputStream(manifest.bytes());
            try {
                contents.put(manifest.digest(), size, new VerifyingInputStream(bytes, manifest.digest(), size));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        remember(manifest);
    }

    /** Stores a verified manifest and links it to the repository: the content first, the link last. */
    public void put(Repository repository, Manifest manifest) {
        store(manifest);
        link(repository, manifest);
    }

    /** Links a manifest whose content is stored to the repository. */
    public void link(Repository repository, Manifest manifest) {
        links.putManifest(repository, CachedManifest.of(manifest));
    }

    /** Notes that upstream has the digest. */
    void noteSeen(Repository repository, Digest digest) {
        links.noteSeen(repository, digest);
    }

    /** Remembers upstream's 404 for the digest. */
    void rememberAbsence(Repository repository, Digest digest, Instant until) {
        links.rememberManifestAbsence(repository, digest, until);
    }

    private Manifest remember(Manifest manifest) {
        memory.put(manifest.digest(), manifest.bytes());
        return manifest;
    }

    private Optional<Manifest> inMemory(Descriptor descriptor) {
        return Optional.ofNullable(memory.getIfPresent(descriptor.digest()))
                .map(bytes -> new Manifest(descriptor.mediaType(), descriptor.digest(), bytes));
    }

    private Optional<Manifest> stored(Descriptor descriptor) {
        return contents.find(descriptor.digest())
                .map(bytes -> remember(new Manifest(descriptor.mediaType(), descriptor.digest(), bytes)));
    }
}
