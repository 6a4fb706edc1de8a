package dev.weir.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a manifest's JSON in one pass. A field that comes twice counts as it comes last, as in the clients. */
final class ManifestJson {
    private final JsonParser json;
    private int entries;
    private String mediaType = "";
    private long schemaVersion = -1;
    private boolean hasManifests;
    private boolean hasConfig;
    private boolean hasLayers;
    private List<DescriptorJson> manifests = List.of();
    private List<DescriptorJson> layers = List.of();
    private Optional<Descriptor> config = Optional.empty();
    private Optional<Descriptor> subject = Optional.empty();

    private ManifestJson(JsonParser json) {
        this.json = json;
    }

    /** Leaves the parser at the object's end. */
    static ManifestContent read(JsonParser json) throws IOException {
        return new ManifestJson(json).content();
    }

    private ManifestContent content() throws IOException {
        for (String field = BoundedJson.nextField(json); field != null; field = BoundedJson.nextField(json)) {
            switch (field) {
                case "mediaType" -> mediaType = BoundedJson.text(json);
                case "schemaVersion" -> schemaVersion = BoundedJson.number(json);
                case "config" -> {
                    hasConfig = json.currentToken() == JsonToken.START_OBJECT;
                    config = DescriptorJson.read(json).descriptor();
                }
                case "subject" -> subject = DescriptorJson.read(json).descriptor();
                case "layers" -> {
                    hasLayers = isArray();
                    layers = descriptors();
                }
                case "manifests" -> {
                    hasManifests = isArray();
                    manifests = descriptors();
                }
                default -> json.skipChildren();
            }
        }
        return new ManifestContent(
                MediaType.find(mediaType),
                schemaVersion,
                ManifestContent.Shape.of(hasManifests, hasConfig, hasLayers),
                links());
    }

    private boolean isArray() {
        return json.currentToken() == JsonToken.START_ARRAY;
    }

    private List<DescriptorJson> descriptors() throws IOException {
        List<DescriptorJson> found = new ArrayList<>();
        if (!isArray()) {
            json.skipChildren();
            return found;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (++entries > ManifestContent.MAX_ENTRIES) {
                throw ManifestContent.malformed("has more than " + ManifestContent.MAX_ENTRIES
                        + " manifests and layers, which is the most that Weir takes");
            }
            DescriptorJson entry = DescriptorJson.read(json);
            if (entry.descriptor().isPresent()) {
                found.add(entry);
            }
        }
        return found;
    }

    private ManifestLinks links() {
        List<Descriptor> blobs = new ArrayList<>();
        config.ifPresent(blobs::add);
        layers.forEach(layer -> layer.descriptor().ifPresent(blobs::add));
        List<Descriptor> children = new ArrayList<>();
        Map<Digest, Platform> platforms = new LinkedHashMap<>();
        for (DescriptorJson child : manifests) {
            Descriptor descriptor = child.descriptor().orElseThrow();
            children.add(descriptor);
            child.platform().ifPresent(platform -> platforms.put(descriptor.digest(), platform));
        }
        return new ManifestLinks(List.copyOf(children), List.copyOf(blobs), subject, Map.copyOf(platforms));
    }
}
