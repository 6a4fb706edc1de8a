package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Caller;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.Tag;
import dev.weir.pull.Answer;
import dev.weir.pull.PullFailedException;
import dev.weir.rules.Repository;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code BatchGetImage}: an image that is not held is brought in, and a tag is looked up upstream each time, however lately that was
 * done. So this is the warm-up, and the refresh of one tag.
 */
public final class ImagePullOperations implements OperationSet {
    private final RegistryDirectory directory;
    private final HeldImages held;
    private final CallerImages callerImages;

    public ImagePullOperations(RegistryDirectory directory, HeldImages held, CallerImages callerImages) {
        this.directory = directory;
        this.held = held;
        this.callerImages = callerImages;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("BatchGetImage", this::batchGet);
    }

    private ObjectNode batchGet(EcrCall call) {
        Repository repository = directory.pullableFrom(call);
        List<String> accepted = call.texts("acceptedMediaTypes");
        ObjectNode answer = EcrJson.object();
        ArrayNode images = answer.putArray("images");
        ArrayNode failures = answer.putArray("failures");
        for (ImageId id : ImageId.listOf(call)) {
            Outcome outcome = get(repository, id, call.caller());
            outcome.image()
                    .filter(image -> accepted.isEmpty()
                            || accepted.contains(image.mediaType().value()))
                    .ifPresentOrElse(image -> images.add(json(repository, image, outcome.tag())), () -> outcome.image()
                            .ifPresent(image -> failures.add(notAccepted(id, image))));
            outcome.failure().ifPresent(failure -> failures.add(failure.json()));
        }
        return answer;
    }

    private static ObjectNode notAccepted(ImageId id, Manifest image) {
        return new ImageFailure(
                        id,
                        ImageFailure.NOT_FOUND,
                        "the image is " + image.mediaType() + ", which is not among acceptedMediaTypes")
                .json();
    }

    private ObjectNode json(Repository repository, Manifest image, Optional<Tag> tag) {
        ObjectNode json = EcrJson.object()
                .put("registryId", directory.identity().account())
                .put("repositoryName", repository.name().value());
        json.set("imageId", ImageId.of(image.digest(), tag).json());
        return json.put("imageManifest", new String(image.bytes(), StandardCharsets.UTF_8))
                .put("imageManifestMediaType", image.mediaType().value());
    }

    /** Both at once: a copy that upstream could not confirm. */
    private record Outcome(Optional<Manifest> image, Optional<Tag> tag, Optional<ImageFailure> failure) {
        static Outcome failed(ImageFailure failure) {
            return new Outcome(Optional.empty(), Optional.empty(), Optional.of(failure));
        }
    }

    private Outcome get(Repository repository, ImageId id, Caller caller) {
        if (!callerImages.isPulled(caller, repository) || isHistory(id) || !isWellFormed(id)) {
            return fromHeld(repository, id, caller);
        }
        try {
            Optional<Tag> tag = id.tag().map(Tag::parse);
            Optional<Digest> digest = id.digest().map(Digest::parse);
            Reference wanted = tag.<Reference>map(named -> named).orElseGet(digest::orElseThrow);
            Answer<Manifest> answer = callerImages.bringIn(caller, repository, wanted);
            if (digest.isPresent() && !digest.get().equals(answer.value().digest())) {
                return Outcome.failed(new ImageFailure(
                        id,
                        "ImageTagDoesNotMatchDigest",
                        "The tag points at " + answer.value().digest()));
            }
            Optional<ImageFailure> unconfirmed = Optional.of(answer)
                    .filter(it -> it.status().isUnconfirmed())
                    .map(it -> new ImageFailure(
                            id,
                            "UpstreamUnavailable",
                            "upstream could not be asked: the image is the copy that is held"));
            return new Outcome(Optional.of(answer.value()), tag, unconfirmed);
        } catch (RegistryException e) {
            return Outcome.failed(failure(id, e));
        }
    }

    private static boolean isHistory(ImageId id) {
        return id.tag().filter(tag -> tag.contains("~")).isPresent();
    }

    private static boolean isWellFormed(ImageId id) {
        try {
            id.digest().ifPresent(Digest::parse);
            id.tag().ifPresent(Tag::parse);
            return id.digest().isPresent() || id.tag().isPresent();
        } catch (MalformedValueException e) {
            return false;
        }
    }

    private Outcome fromHeld(Repository repository, ImageId id, Caller caller) {
        HeldImages.Found found = held.find(repository, id);
        if (callerImages.isHidden(caller, repository, found)) {
            return Outcome.failed(ImageFailure.notFound(id));
        }
        if (found.digest().isEmpty()) {
            return Outcome.failed(found.failure().orElseGet(() -> ImageFailure.notFound(id)));
        }
        try {
            Manifest image = callerImages
                    .manifest(caller, repository, found.digest().get())
                    .value();
            return new Outcome(Optional.of(image), found.tag(), Optional.empty());
        } catch (RegistryException e) {
            return Outcome.failed(failure(id, e));
        }
    }

    /** A policy denies what is no failure of a pull. */
    private static ImageFailure failure(ImageId id, RegistryException e) {
        String code =
                switch (e.code()) {
                    case DENIED -> e instanceof PullFailedException ? "UpstreamAccessDenied" : "ImageInaccessible";
                    case TOOMANYREQUESTS -> "UpstreamTooManyRequests";
                    case MANIFEST_UNKNOWN, NAME_UNKNOWN, BLOB_UNKNOWN -> ImageFailure.NOT_FOUND;
                    default -> "UpstreamUnavailable";
                };
        return new ImageFailure(id, code, String.valueOf(e.getMessage()));
    }
}
