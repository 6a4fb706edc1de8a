package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Caller;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.LinkedManifest;
import dev.weir.store.RepositoryImages;
import dev.weir.store.TaggedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What images a repository holds. Images that a tag has moved away from are held on, without a tag. */
public final class ImageListOperations implements OperationSet {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final RegistryDirectory directory;
    private final RepositoryImages images;
    private final HeldImages held;
    private final ImageDetails details;
    private final CallerImages callerImages;

    public ImageListOperations(
            RegistryDirectory directory,
            RepositoryImages images,
            HeldImages held,
            ImageDetails details,
            CallerImages callerImages) {
        this.directory = directory;
        this.images = images;
        this.held = held;
        this.details = details;
        this.callerImages = callerImages;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("ListImages", this::list, "DescribeImages", this::describe);
    }

    /** The tags of each image, as far as the caller may see them. A repository's tags are small, and few beside what they point at. */
    private Map<Digest, List<TaggedImage>> tagsByDigest(EcrCall call, Repository repository) {
        List<TaggedImage> all = new ArrayList<>();
        images.tags(repository).forEachRemaining(all::add);
        Set<Tag> seen = new HashSet<>(callerImages.seen(
                call.caller(), repository, all.stream().map(TaggedImage::tag).toList()));
        return all.stream()
                .filter(tagged -> seen.contains(tagged.tag()))
                .collect(Collectors.groupingBy(tagged -> tagged.pointer().digest()));
    }

    /** Which images the call's filter lets through. */
    private enum TagStatus {
        TAGGED,
        UNTAGGED,
        ANY;

        static TagStatus of(EcrCall call) {
            return valueOf(call.input().path("filter").path("tagStatus").asText("ANY"));
        }

        boolean lets(List<TaggedImage> tags) {
            return this == ANY || (this == TAGGED) != tags.isEmpty();
        }
    }

    /** One page of the manifests, with the tags of each. */
    private record Page(List<LinkedManifest> images, Optional<String> next, Map<Digest, List<TaggedImage>> tags) {
        List<TaggedImage> tagsOf(LinkedManifest image) {
            return tags.getOrDefault(image.descriptor().digest(), List.of());
        }
    }

    private Page page(EcrCall call, Repository repository) {
        int limit = Math.min(call.findNumber("maxResults").orElse(DEFAULT_PAGE), MAX_PAGE);
        Optional<Digest> last = EcrJson.last(call).map(ImageListOperations::parsedToken);
        List<LinkedManifest> found = images.manifests(repository, last, limit + 1);
        Optional<String> next = found.size() > limit
                ? Optional.of(
                        EcrJson.token(found.get(limit - 1).descriptor().digest().toString()))
                : Optional.empty();
        Map<Digest, List<TaggedImage>> tags = tagsByDigest(call, repository);
        TagStatus wanted = TagStatus.of(call);
        List<LinkedManifest> shown = found.stream()
                .limit(limit)
                .filter(image ->
                        wanted.lets(tags.getOrDefault(image.descriptor().digest(), List.of())))
                .toList();
        return new Page(shown, next, tags);
    }

    private static Digest parsedToken(String digest) {
        try {
            return Digest.parse(digest);
        } catch (MalformedValueException e) {
            throw EcrJson.badToken();
        }
    }

    private ObjectNode list(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        Page page = page(call, repository);
        ObjectNode answer = EcrJson.object();
        ArrayNode ids = answer.putArray("imageIds");
        for (LinkedManifest image : page.images()) {
            Digest digest = image.descriptor().digest();
            List<Tag> tags = page.tagsOf(image).stream().map(TaggedImage::tag).toList();
            tags.forEach(tag -> ids.add(ImageId.of(digest, Optional.of(tag)).json()));
            if (tags.isEmpty()) {
                ids.add(ImageId.of(digest, Optional.empty()).json());
            }
        }
        page.next().ifPresent(next -> answer.put("nextToken", next));
        return answer;
    }

    private ObjectNode describe(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        ObjectNode answer = EcrJson.object();
        ArrayNode list = answer.putArray("imageDetails");
        List<ImageId> ids = ImageId.listOf(call);
        if (ids.isEmpty()) {
            Page page = page(call, repository);
            page.images().forEach(image -> list.add(details.json(repository, image, page.tagsOf(image))));
            page.next().ifPresent(next -> answer.put("nextToken", next));
            return answer;
        }
        List<LinkedManifest> wanted = ids.stream()
                .flatMap(id -> wanted(call.caller(), repository, id).stream())
                .distinct()
                .toList();
        Map<Digest, List<TaggedImage>> tags = tagsByDigest(call, repository);
        wanted.forEach(image -> list.add(details.json(
                repository, image, tags.getOrDefault(image.descriptor().digest(), List.of()))));
        return answer;
    }

    private List<LinkedManifest> wanted(Caller caller, Repository repository, ImageId id) {
        HeldImages.Found found = held.find(repository, id);
        if (callerImages.isHidden(caller, repository, found)) {
            throw notFound(repository, id);
        }
        found.failure().ifPresent(failure -> {
            throw failure.code().equals(ImageFailure.NOT_FOUND)
                    ? notFound(repository, id)
                    : EcrException.invalid("imageIds", failure.code() + ": " + failure.reason());
        });
        List<LinkedManifest> linked = found.digests().stream()
                .flatMap(digest -> images.manifest(repository, digest).stream())
                .toList();
        if (linked.isEmpty()) {
            throw notFound(repository, id);
        }
        return linked;
    }

    private EcrException notFound(Repository repository, ImageId id) {
        return new EcrException(
                EcrException.Code.IMAGE_NOT_FOUND,
                "The image with imageId " + id + " does not exist within the repository with name '"
                        + repository.name() + "' in the registry with id '"
                        + directory.identity().account() + "'");
    }
}
