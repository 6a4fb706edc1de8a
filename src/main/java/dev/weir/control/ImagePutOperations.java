package dev.weir.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestContent;
import dev.weir.oci.MediaType;
import dev.weir.oci.Tag;
import dev.weir.rules.HostedRepository;
import dev.weir.rules.PinnedTags;
import dev.weir.rules.Repository;
import dev.weir.store.CachedTag;
import dev.weir.store.RepositoryImages;
import dev.weir.store.TagStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * {@code PutImage}. Into a hosted repository: the image and all that it points at are linked, nothing is copied. Into a repository of
 * a rule: a tag is put on an image that the repository holds, and pinned there.
 */
public final class ImagePutOperations implements OperationSet {
    /** When a pinned tag is looked up upstream next; that look finds the tag's own moment. */
    private static final Duration NEXT_CHECK = Duration.ofHours(1);

    private final RegistryDirectory directory;
    private final RepositoryImages images;
    private final TagStore tags;
    private final CallerPromotion promotion;
    private final Clock clock;

    public ImagePutOperations(
            RegistryDirectory directory,
            RepositoryImages images,
            TagStore tags,
            CallerPromotion promotion,
            Clock clock) {
        this.directory = directory;
        this.images = images;
        this.tags = tags;
        this.promotion = promotion;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("PutImage", this::put);
    }

    private ObjectNode put(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        Manifest image = image(call);
        Optional<Tag> tag = call.findText("imageTag").map(name -> call.parse("imageTag", Tag::parse));
        Optional<CachedTag> before =
                tag.flatMap(named -> tags.find(repository, named).found());
        requireMovable(repository, tag, before, image);
        boolean isHeld = images.manifest(repository, image.digest()).isPresent();
        boolean isTagged = tag.isEmpty()
                || before.filter(held -> held.digest().equals(image.digest())).isPresent();
        if (repository instanceof HostedRepository hosted) {
            if (isHeld && isTagged) {
                throw alreadyExists(repository, image, tag);
            }
            promotion.link(call.caller(), hosted, image);
            point(repository, tag, before, image, Optional.empty());
        } else {
            Tag pinned = requirePinnable(repository, image, tag, isHeld, isTagged);
            pin(repository, pinned);
            point(repository, tag, before, image, Optional.of(clock.instant().plus(NEXT_CHECK)));
        }
        String target =
                "image/" + repository.name() + tag.map(named -> ":" + named).orElse("");
        call.changed(
                target,
                before.map(held -> held.digest().toString()).orElse("-"),
                image.digest().toString());
        return answer(repository, image, tag);
    }

    private static Manifest image(EcrCall call) {
        byte[] bytes = call.text("imageManifest").getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(bytes);
        call.findText("imageDigest")
                .filter(asked -> !asked.equals(digest.toString()))
                .ifPresent(asked -> {
                    throw new EcrException(
                            EcrException.Code.IMAGE_DIGEST_DOES_NOT_MATCH,
                            "The specified digest '" + asked + "' does not match the manifest's, which is '" + digest
                                    + "'");
                });
        if (bytes.length > Manifest.MAX_SIZE_BYTES) {
            throw EcrException.invalid("imageManifest", "must have at most " + Manifest.MAX_SIZE_BYTES + " bytes");
        }
        try {
            Optional<MediaType> sent = call.findText("imageManifestMediaType").map(MediaType::parse);
            return new Manifest(ManifestContent.parse(bytes).typeSentAs(sent), digest, bytes);
        } catch (MalformedValueException e) {
            throw EcrException.invalid("imageManifest", "must be a manifest: it " + e.getMessage());
        }
    }

    private void requireMovable(Repository repository, Optional<Tag> tag, Optional<CachedTag> before, Manifest image) {
        boolean moves =
                before.filter(held -> !held.digest().equals(image.digest())).isPresent();
        if (moves && repository.settings().tagMutability().isImmutable(tag.orElseThrow())) {
            throw new EcrException(
                    EcrException.Code.IMAGE_TAG_ALREADY_EXISTS,
                    "The image tag '" + tag.orElseThrow() + "' already exists in the '" + repository.name()
                            + "' repository and cannot be overwritten because the tag is immutable");
        }
    }

    private EcrException alreadyExists(Repository repository, Manifest image, Optional<Tag> tag) {
        return new EcrException(
                EcrException.Code.IMAGE_ALREADY_EXISTS,
                "Image with digest '" + image.digest() + "' and tag '"
                        + tag.map(Tag::value).orElse("null") + "' already exists in the repository with name '"
                        + repository.name() + "' in registry with id '"
                        + directory.identity().account() + "'");
    }

    /** The tag that is to be pinned. Errors: those of an image that the repository doesn't hold, or that is pinned there already. */
    private Tag requirePinnable(
            Repository repository, Manifest image, Optional<Tag> tag, boolean isHeld, boolean isTagged) {
        if (!isHeld) {
            throw EcrException.invalid(
                    "imageManifest",
                    "must be an image that '" + repository.name() + "' holds, since a rule fills it: bring "
                            + image.digest()
                            + " in first (aws ecr batch-get-image), or create a repository that no rule"
                            + " covers");
        }
        boolean isPinned = tag.filter(
                        directory.get(repository.name()).settings().pinned()::contains)
                .isPresent();
        if (tag.isEmpty() || (isTagged && isPinned)) {
            throw alreadyExists(repository, image, tag);
        }
        return tag.get();
    }

    /** Before the tag moves: no check moves it back. */
    private void pin(Repository repository, Tag tag) {
        try {
            boolean isThere = directory
                    .repositories()
                    .change(repository.name(), stored -> stored.withTags(PinnedTags.with(stored.tags(), tag)))
                    .isPresent();
            if (!isThere) {
                throw directory.notFound(repository.name());
            }
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid("imageTag", String.valueOf(e.getMessage()));
        }
        directory.rules().noteWrite();
    }

    private void point(
            Repository repository,
            Optional<Tag> tag,
            Optional<CachedTag> before,
            Manifest image,
            Optional<Instant> dueAt) {
        if (tag.isEmpty()) {
            return;
        }
        CachedTag to = CachedTag.first(image.descriptor(), clock.instant());
        if (!images.point(repository, tag.get(), before.map(CachedTag::digest), to, dueAt)) {
            throw new EcrException(
                    EcrException.Code.THROTTLING,
                    "tag '" + tag.get() + "' of '" + repository.name() + "' was moved by another call: try again");
        }
    }

    private ObjectNode answer(Repository repository, Manifest image, Optional<Tag> tag) {
        ObjectNode answer = EcrJson.object();
        ObjectNode json = answer.putObject("image")
                .put("registryId", directory.identity().account())
                .put("repositoryName", repository.name().value())
                .put("imageManifest", new String(image.bytes(), StandardCharsets.UTF_8))
                .put("imageManifestMediaType", image.mediaType().value());
        json.set("imageId", ImageId.of(image.digest(), tag).json());
        return answer;
    }
}
