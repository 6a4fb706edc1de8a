package dev.weir.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * The index of manifests that refer to one subject, made from the manifests themselves.
 *
 * <p>Source: distribution-spec, "Listing Referrers": an entry has the manifest's artifact type, or else its config's media type, and
 * its annotations.
 */
public final class ReferrersIndex {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReferrersIndex() {}

    /** Entries that make the index larger than a manifest may be are left out. */
    public static Manifest of(List<Manifest> referrers) {
        ObjectNode index =
                JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", MediaType.OCI_INDEX.value());
        ArrayNode entries = index.putArray("manifests");
        long size = 0;
        for (Manifest referrer : referrers) {
            ObjectNode entry = entry(referrer);
            size += entry.toString().length() * 4L;
            if (size < Manifest.MAX_SIZE_BYTES) {
                entries.add(entry);
            }
        }
        try {
            byte[] bytes = JSON.writeValueAsBytes(index);
            return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode entry(Manifest referrer) {
        ObjectNode entry = JSON.createObjectNode()
                .put("mediaType", referrer.mediaType().value())
                .put("digest", referrer.digest().toString())
                .put("size", referrer.bytes().length);
        JsonNode content = read(referrer);
        String artifactType = content.path("artifactType")
                .asText(content.path("config").path("mediaType").asText());
        if (!artifactType.isEmpty()) {
            entry.put("artifactType", artifactType);
        }
        if (content.path("annotations").isObject()) {
            entry.set("annotations", content.path("annotations"));
        }
        return entry;
    }

    private static JsonNode read(Manifest referrer) {
        try {
            return JSON.readTree(referrer.bytes());
        } catch (IOException e) {
            throw new IllegalStateException("manifest " + referrer.digest() + " was kept, and is not JSON", e);
        }
    }
}
