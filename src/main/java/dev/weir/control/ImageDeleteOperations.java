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
 * tags. Stored bytes stay. A repository of a rule brings in anew what is pulled again. Whoever calls by a policy has to be allowed to
 * delete each tag that goes, by whatever name the call leads there; nothing is deleted otherwise.
 */
public final class ImageDeleteOperations implements OperationSet {
    private static final int PAGE = 1000;

    private final RegistryDirectory directory;
    private final RepositoryImages images;
    private final HeldImages held;
    private final RepositoryManifests manifests;
    private final OperationAccess access;

    public ImageDeleteOperations(
            RegistryDirectory directory,
            RepositoryImages images,
            HeldImages held,
            RepositoryManifests manifests,
            OperationAccess access) {
        this.directory = directory;
        this.images = images;
        this.held = held;
        this.manifests = manifests;
        this.access = access;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("BatchDeleteImage", this::delete);
    }

    private ObjectNode delete(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        List<ImageId> ids = ImageId.listOf(call);
        requireAll(call, repository, ids);
        ObjectNode answer = EcrJson.object();
        ArrayNode deleted = answer.putArray("imageIds");
        ArrayNode failures = answer.putArray("failures");
        for (ImageId id : ids) {
            HeldImages.Found found = held.find(repository, id);
            Optional<ImageFailure> failure = found.failure();
            if (failure.isEmpty()) {
                failure = delete(call, repository, id, found, deleted);
            }
            failure.ifPresent(why -> failures.add(why.json()));
        }
        return answer;
    }

    /** Of all images before the first goes: a call is denied as a whole. */
    private void requireAll(EcrCall call, Repository repository, List<ImageId> ids) {
        if (call.caller().isDerived()) {
            for (ImageId id : ids) {
                HeldImages.Found found = held.find(repository, id);
                found.digest().ifPresent(digest -> {
                    List<Tag> all = found.tag().map(List::of).orElseGet(() -> tagsOf(repository, digest));
                    require(call, digest, all);
                });
            }
        }
    }

    private void require(EcrCall call, Digest digest, List<Tag> going) {
        going.forEach(tag -> access.requireImage(call, digest, Optional.of(tag)));
        if (going.isEmpty()) {
            access.requireImage(call, digest, Optional.empty());
        }
    }

    private Optional<ImageFailure> delete(
            EcrCall call, Repository repository, ImageId id, HeldImages.Found found, ArrayNode deleted) {
        Digest digest = found.digest().orElseThrow();
        List<Tag> all = tagsOf(repository, digest);
        List<Tag> going = found.tag().map(List::of).orElse(all);
        require(call, digest, going);
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
