package dev.weir.fill;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.Lookup;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.time.Clock;
import java.time.Instant;

/**
 * Fetches manifests from upstream and links them to their repository: the content first, the link last.
 *
 * <p>Errors: those of {@link UpstreamRegistry}; a 404 is remembered.
 */
public final class ManifestFetcher {
    private final UpstreamRegistry upstream;
    private final RepositoryManifests manifests;
    private final TagStore tags;
    private final Clock clock;

    public ManifestFetcher(UpstreamRegistry upstream, RepositoryManifests manifests, TagStore tags, Clock clock) {
        this.upstream = upstream;
        this.manifests = manifests;
        this.tags = tags;
        this.clock = clock;
    }

    /** A manifest of this repository will be asked for: what upstream's circuits say is looked up beside the caller's thread. */
    public void expect(UpstreamRepository repository) {
        upstream.expect(repository);
    }

    /** From upstream into the repository, without a tag. */
    public Manifest fetch(UpstreamRepository repository, Reference reference, Deadline deadline) {
        Manifest manifest = fetchContent(repository, reference, deadline);
        manifests.link(repository, manifest);
        return manifest;
    }

    /** From upstream into the content store; the repository is not linked to it yet. */
    public Manifest fetchContent(UpstreamRepository repository, Reference reference, Deadline deadline) {
        Manifest manifest;
        try {
            manifest = upstream.manifest(repository, reference, deadline);
        } catch (UpstreamException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                rememberAbsence(repository, reference);
            }
            throw e;
        }
        manifests.store(manifest);
        return manifest;
    }

    /** The manifest of a digest, fetched unless this repository holds it. */
    public Manifest heldOrFetched(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return manifests
                .find(repository, digest)
                .found()
                .flatMap(manifests::bytesOf)
                .orElseGet(() -> fetch(repository, digest, deadline));
    }

    /** Notes that upstream has the digest, which may be fetched later or never. */
    public void noteSeen(UpstreamRepository repository, Digest digest) {
        manifests.noteSeen(repository, digest);
    }

    private void rememberAbsence(UpstreamRepository repository, Reference reference) {
        Instant until = clock.instant().plus(Lookup.ABSENT_KEPT);
        if (reference instanceof Tag tag) {
            tags.rememberAbsence(repository, tag, until);
        } else {
            manifests.rememberAbsence(repository, (Digest) reference, until);
        }
    }
}
