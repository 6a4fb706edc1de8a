package dev.weir.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Leaves in an index of referrers only those of one artifact type; all other fields stay. */
final class ReferrersFilter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReferrersFilter() {}

    static byte[] only(String artifactType, byte[] index) {
        try {
            JsonNode root = MAPPER.readTree(index);
            ArrayNode kept = MAPPER.createArrayNode();
            for (JsonNode manifest : root.path("manifests")) {
                if (manifest.path("artifactType").asText("").equals(artifactType)) {
                    kept.add(manifest);
                }
            }
            if (root instanceof ObjectNode object) {
                object.set("manifests", kept);
            }
            return MAPPER.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException("an index that was taken as one is no JSON", e);
        }
    }
}
