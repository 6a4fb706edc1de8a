package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.fill.RepositoryManifests;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestLinks;
import dev.weir.rules.Repository;
import dev.weir.store.CachedTag;
import dev.weir.store.LinkedManifest;
import dev.weir.store.TaggedImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** An image as ECR's {@code ImageDetail}. */
public final class ImageDetails {
    private final RepositoryManifests manifests;
    private final RegistryIdentity identity;

    public ImageDetails(RepositoryManifests manifests, RegistryIdentity identity) {
        this.manifests = manifests;
        this.identity = identity;
    }

    /** @param tags that point at the image */
    ObjectNode json(Repository repository, LinkedManifest linked, List<TaggedImage> tags) {
        Descriptor descriptor = linked.descriptor();
        Optional<Manifest> manifest = manifests.at(repository, descriptor);
        Optional<ManifestLinks> links = manifest.map(Manifest::links);
        ObjectNode json = EcrJson.object()
                .put("registryId", identity.account())
                .put("repositoryName", repository.name().value())
                .put("imageDigest", descriptor.digest().toString())
                .put("imageManifestMediaType", descriptor.mediaType().value())
                .put(
                        "imageSizeInBytes",
                        manifest.map(held -> size(repository, held)).orElse(descriptor.sizeBytes()))
                .put("imagePushedAt", EcrJson.seconds(linked.linkedAt()));
        if (!tags.isEmpty()) {
            ArrayNode names = json.putArray("imageTags");
            tags.forEach(tagged -> names.add(tagged.tag().value()));
        }
        lastPull(tags).ifPresent(at -> json.put("lastRecordedPullTime", EcrJson.seconds(at)));
        links.flatMap(ImageDetails::config)
                .ifPresent(config ->
                        json.put("artifactMediaType", config.mediaType().value()));
        links.flatMap(ManifestLinks::subject)
                .ifPresent(subject ->
                        json.put("subjectManifestDigest", subject.digest().toString()));
        return json;
    }

    /** Pulls are noted with the tag that was pulled. */
    private static Optional<Instant> lastPull(List<TaggedImage> tags) {
        return tags.stream().map(TaggedImage::pointer).map(CachedTag::pulledAt).max(Comparator.naturalOrder());
    }

    private static Optional<Descriptor> config(ManifestLinks links) {
        return links.blobs().stream().findFirst();
    }

    /** Of an index: that of its largest image that is held, as ECR counts. */
    private long size(Repository repository, Manifest manifest) {
        ManifestLinks links = manifest.links();
        long own = manifest.bytes().length
                + links.blobs().stream().mapToLong(Descriptor::sizeBytes).sum();
        long largestChild = links.manifests().stream()
                .flatMap(child -> manifests.find(repository, child.digest()).found().stream())
                .flatMap(child -> manifests.bytesOf(child).stream())
                .filter(child -> !child.mediaType().isIndex())
                .mapToLong(child -> size(repository, child))
                .max()
                .orElse(0);
        return Math.max(own, largestChild);
    }
}
