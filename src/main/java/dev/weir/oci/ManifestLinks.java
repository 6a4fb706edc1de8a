package dev.weir.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest points at: the manifests of an index, the config and layers of an image manifest, the subject.
 *
 * <p>Errors: none. A registry stores artifact types of any shape, so what doesn't parse simply points at nothing; a
 * descriptor that is malformed, or whose bytes live elsewhere ({@code urls}), is left out.
 *
 * @param manifests child manifests of an index, empty for others
 * @param blobs config first, then layers; empty for an index
 * @param subject the manifest that this one refers to
 * @param platforms of those manifests of an index that tell theirs
 */
public record ManifestLinks(
        List<Descriptor> manifests,
        List<Descriptor> blobs,
        Optional<Descriptor> subject,
        Map<Digest, Platform> platforms) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static ManifestLinks parse(byte[] bytes) {
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (IOException e) {
            root = MissingNode.getInstance();
        }
        List<Descriptor> blobs = new ArrayList<>();
        descriptor(root.path("config")).ifPresent(blobs::add);
        blobs.addAll(descriptors(root.path("layers")));
        return new ManifestLinks(
                descriptors(root.path("manifests")),
                List.copyOf(blobs),
                descriptor(root.path("subject")),
                platforms(root.path("manifests")));
    }

    private static Map<Digest, Platform> platforms(JsonNode manifests) {
        Map<Digest, Platform> platforms = new LinkedHashMap<>();
        for (JsonNode node : manifests) {
            descriptor(node).ifPresent(child -> Platform.find(node.path("platform"))
                    .ifPresent(platform -> platforms.put(child.digest(), platform)));
        }
        return Map.copyOf(platforms);
    }

    private static List<Descriptor> descriptors(JsonNode array) {
        List<Descriptor> found = new ArrayList<>();
        for (JsonNode node : array) {
            descriptor(node).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private static Optional<Descriptor> descriptor(JsonNode node) {
        if (!node.path("digest").isTextual() || node.path("urls").size() > 0) {
            return Optional.empty();
        }
        try {
            MediaType mediaType = MediaType.parse(node.path("mediaType").asText(MediaType.OCTET_STREAM.value()));
            return Optional.of(new Descriptor(
                    mediaType,
                    Digest.parse(node.path("digest").textValue()),
                    node.path("size").asLong()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
