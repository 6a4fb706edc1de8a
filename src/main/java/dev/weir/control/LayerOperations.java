package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.MediaType;
import dev.weir.oci.RegistryException;
import dev.weir.pull.BlobLocation;
import dev.weir.pull.PullFailedException;
import dev.weir.rules.Repository;
import dev.weir.store.ContentStore;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The layers of a repository, config blobs among them. */
public final class LayerOperations implements OperationSet {
    /** An answer takes 29 s at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RegistryDirectory directory;
    private final CallerImages callerImages;
    private final RepositoryLinks links;
    private final ContentStore contents;
    private final Clock clock;

    public LayerOperations(
            RegistryDirectory directory,
            CallerImages callerImages,
            RepositoryLinks links,
            ContentStore contents,
            Clock clock) {
        this.directory = directory;
        this.callerImages = callerImages;
        this.links = links;
        this.contents = contents;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("GetDownloadUrlForLayer", this::url, "BatchCheckLayerAvailability", this::check);
    }

    /** A layer that is not held is brought in, as by a pull. */
    private ObjectNode url(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        Digest digest = call.parse("layerDigest", Digest::parse);
        BlobLocation location;
        try {
            location = callerImages
                    .blob(call.caller(), repository, digest, Deadline.in(clock, PATIENCE))
                    .value();
        } catch (RegistryException e) {
            if (!(e instanceof PullFailedException)) {
                throw new EcrException(EcrException.Code.ACCESS_DENIED, String.valueOf(e.getMessage()));
            }
            throw switch (e.code()) {
                case BLOB_UNKNOWN ->
                    new EcrException(
                            EcrException.Code.LAYERS_NOT_FOUND,
                            "The layer with digest '" + digest + "' does not exist within the repository with name '"
                                    + repository.name() + "'");
                default ->
                    new EcrException(EcrException.Code.UNABLE_TO_GET_UPSTREAM_LAYER, String.valueOf(e.getMessage()));
            };
        }
        String url = location.url()
                .orElseThrow(() -> new EcrException(
                        EcrException.Code.UNABLE_TO_GET_UPSTREAM_LAYER,
                        "layer " + digest + " is still being brought in: ask again in a while"))
                .toString();
        return EcrJson.object().put("downloadUrl", url).put("layerDigest", digest.toString());
    }

    private ObjectNode check(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        ObjectNode answer = EcrJson.object();
        ArrayNode layers = answer.putArray("layers");
        ArrayNode failures = answer.putArray("failures");
        for (String text : call.texts("layerDigests")) {
            try {
                layers.add(availability(repository, Digest.parse(text)));
            } catch (MalformedValueException e) {
                failures.addObject()
                        .put("layerDigest", text)
                        .put("failureCode", text.isEmpty() ? "MissingLayerDigest" : "InvalidLayerDigest")
                        .put("failureReason", String.valueOf(e.getMessage()));
            }
        }
        return answer;
    }

    private ObjectNode availability(Repository repository, Digest digest) {
        Optional<Long> size = links.blob(repository, digest).found().filter(linked -> contents.findSize(digest)
                .isPresent());
        ObjectNode layer = EcrJson.object()
                .put("layerDigest", digest.toString())
                .put("layerAvailability", size.isPresent() ? "AVAILABLE" : "UNAVAILABLE");
        size.ifPresent(bytes -> layer.put("layerSize", bytes).put("mediaType", MediaType.OCTET_STREAM.value()));
        return layer;
    }
}
