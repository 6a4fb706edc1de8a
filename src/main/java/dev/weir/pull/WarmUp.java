package dev.weir.pull;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.RepositoryLinks;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings an image in before anybody pulls it: its manifest as upstream has it now, those of an index' platforms too, and requests
 * for all blobs that are not held.
 */
public final class WarmUp {
    /** More platforms than any index has; those beyond come in by their first pull. */
    private static final int MAX_CHILDREN = 64;

    /** More layers than any image needs. */
    private static final int MAX_BLOBS = 128;

    private final PullThroughCache cache;
    private final RepositoryLinks links;
    private final CacheEvents events;

    public WarmUp(PullThroughCache cache, RepositoryLinks links, CacheEvents events) {
        this.cache = cache;
        this.links = links;
        this.events = events;
    }

    /**
     * The manifest. Its blobs come in by and by.
     *
     * <p>Errors: {@link PullFailedException}, of the image or of one of its platforms. A platform that upstream doesn't have is left
     * out, as clients do.
     */
    public Answer<Manifest> bringIn(UpstreamRepository repository, Reference reference, String principal) {
        Answer<Manifest> answer = cache.manifestAsOfNow(repository, reference, principal);
        if (!answer.status().stored()) {
            requestBlobs(repository, answer.value());
        }
        answer.value().links().manifests().stream()
                .limit(MAX_CHILDREN)
                .forEach(child -> bringInChild(repository, child.digest(), principal));
        return answer;
    }

    private void bringInChild(UpstreamRepository repository, Digest child, String principal) {
        try {
            Answer<Manifest> answer = cache.manifest(repository, child, principal);
            if (!answer.status().stored()) {
                requestBlobs(repository, answer.value());
            }
        } catch (PullFailedException e) {
            if (e.code() != ErrorCode.MANIFEST_UNKNOWN) {
                throw e;
            }
        }
    }

    private void requestBlobs(UpstreamRepository repository, Manifest manifest) {
        List<CacheEvent> requests = new ArrayList<>();
        manifest.links().blobs().stream()
                .map(Descriptor::digest)
                .distinct()
                .limit(MAX_BLOBS)
                .filter(digest -> links.blob(repository, digest).found().isEmpty())
                .forEach(digest -> requests.add(BlobFillRequest.first(repository, digest)));
        if (!requests.isEmpty()) {
            events.send(requests);
        }
    }
}
