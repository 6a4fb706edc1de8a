package dev.weir.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * What an image runs on. Shape: {@code linux/arm64/v8}; an empty variant when there is none.
 *
 * <p>Source: image-spec, "Image Index", {@code platform}; "Image Configuration".
 */
public record Platform(String os, String architecture, String variant) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What clients take a missing variant for (containerd, {@code platforms.Normalize}). */
    private static final Map<String, String> USUAL_VARIANT = Map.of("arm64", "v8", "arm", "v7");

    /** From the {@code platform} of an index's entry, or from an image's configuration, which has the same fields. */
    static Optional<Platform> find(JsonNode node) {
        String os = node.path("os").asText("");
        String architecture = node.path("architecture").asText("");
        return os.isEmpty() || architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(new Platform(
                        os, architecture, node.path("variant").asText(USUAL_VARIANT.getOrDefault(architecture, ""))));
    }

    /** Of an image, by the bytes of its configuration; empty when they tell none. */
    public static Optional<Platform> ofConfiguration(byte[] configuration) {
        try {
            return find(JSON.readTree(configuration));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
