package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.fill.RepositoryManifests;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.LinkedManifest;
import dev.weir.store.RepositoryImages;
import dev.weir.store.TaggedImage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code BatchDeleteImage}. By a tag: the tag goes, and with an image's last tag the image. By a digest: the image goes with all its
 * tags. Stored bytes stay. A repository of a rule brings in anew what is pulled again.
 */
public final class ImageDeleteOperations implements OperationSet {
    private static final int PAGE = 1000;

    private final RegistryDirectory directory;
    private final RepositoryImages images;
    private final HeldImages held;
    private final RepositoryManifests manifests;

    public ImageDeleteOperations(
            RegistryDirectory directory, RepositoryImages images, HeldImages held, RepositoryManifests manifests) {
        this.directory = directory;
        this.images = images;
        this.held = held;
        this.manifests = manifests;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("BatchDeleteImage", this::delete);
    }

    private ObjectNode delete(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        ObjectNode answer = EcrJson.object();
        ArrayNode deleted = answer.putArray("imageIds");
        ArrayNode failures = answer.putArray("failures");
        for (ImageId id : ImageId.listOf(call)) {
            HeldImages.Found found = held.find(repository, id);
            Optional<ImageFailure> failure = found.failure();
            if (failure.isEmpty()) {
                failure = delete(call, repository, id, found, deleted);
            }
            failure.ifPresent(why -> failures.add(why.json()));
        }
        return answer;
    }

    private Optional<ImageFailure> delete(
            EcrCall call, Repository repository, ImageId id, HeldImages.Found found, ArrayNode deleted) {
        Digest digest = found.digest().orElseThrow();
        List<Tag> all = tagsOf(repository, digest);
        List<Tag> going = found.tag().map(List::of).orElse(all);
        boolean imageGoes = going.containsAll(all);
        Optional<Digest> index = imageGoes ? indexOf(repository, digest) : Optional.empty();
        if (index.isPresent() && found.tag().isEmpty()) {
            return Optional.of(new ImageFailure(
                    id,
                    "ImageReferencedByManifestList",
                    "Requested image is referenced by the index " + index.get() + ": delete that first"));
        }
        for (Tag tag : going) {
            images.deleteTag(repository, tag, digest);
            deleted.add(ImageId.of(digest, Optional.of(tag)).json());
        }
        if (imageGoes && index.isEmpty()) {
            images.deleteManifest(repository, digest);
            if (going.isEmpty()) {
                deleted.add(ImageId.of(digest, Optional.empty()).json());
            }
        }
        call.changed("image/" + repository.name() + " tags " + going, digest.toString(), "-");
        return Optional.empty();
    }

    private List<Tag> tagsOf(Repository repository, Digest digest) {
        List<Tag> tags = new ArrayList<>();
        for (Iterator<TaggedImage> all = images.tags(repository); all.hasNext(); ) {
            TaggedImage tagged = all.next();
            if (tagged.pointer().digest().equals(digest)) {
                tags.add(tagged.tag());
            }
        }
        return tags;
    }

    /** An index of the repository that points at the image. */
    private Optional<Digest> indexOf(Repository repository, Digest child) {
        Optional<Digest> last = Optional.empty();
        while (true) {
            List<LinkedManifest> page = images.manifests(repository, last, PAGE);
            for (LinkedManifest linked : page) {
                if (linked.descriptor().mediaType().isIndex() && pointsAt(repository, linked, child)) {
                    return Optional.of(linked.descriptor().digest());
                }
            }
            if (page.size() < PAGE) {
                return Optional.empty();
            }
            last = Optional.of(page.get(PAGE - 1).descriptor().digest());
        }
    }

    private boolean pointsAt(Repository repository, LinkedManifest index, Digest child) {
        return manifests.at(repository, index.descriptor()).stream()
                .flatMap(manifest -> manifest.links().manifests().stream())
                .anyMatch(descriptor -> descriptor.digest().equals(child));
    }
}
