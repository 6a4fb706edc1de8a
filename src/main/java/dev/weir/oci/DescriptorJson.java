package dev.weir.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * One entry of a manifest's JSON that describes content.
 *
 * @param descriptor empty when it is malformed, or when the bytes live elsewhere ({@code urls})
 * @param platform that the entry of an index tells
 */
record DescriptorJson(Optional<Descriptor> descriptor, Optional<Platform> platform) {
    private static final DescriptorJson NONE = new DescriptorJson(Optional.empty(), Optional.empty());

    /** Reads the parser's current value, whatever it is, and leaves the parser at its end. */
    static DescriptorJson read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return NONE;
        }
        String digest = "";
        String mediaType = MediaType.OCTET_STREAM.value();
        long sizeBytes = 0;
        boolean elsewhere = false;
        Optional<Platform> platform = Optional.empty();
        for (String field = BoundedJson.nextField(json); field != null; field = BoundedJson.nextField(json)) {
            switch (field) {
                case "digest" -> digest = BoundedJson.text(json);
                case "mediaType" -> mediaType = BoundedJson.text(json);
                case "size" -> sizeBytes = BoundedJson.number(json);
                case "urls" -> elsewhere = hasElements(json);
                case "platform" -> platform = Platform.read(json);
                default -> json.skipChildren();
            }
        }
        return elsewhere ? NONE : new DescriptorJson(descriptor(digest, mediaType, sizeBytes), platform);
    }

    private static boolean hasElements(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY || json.nextToken() == JsonToken.END_ARRAY) {
            json.skipChildren();
            return false;
        }
        do {
            json.skipChildren();
        } while (json.nextToken() != JsonToken.END_ARRAY);
        return true;
    }

    private static Optional<Descriptor> descriptor(String digest, String mediaType, long sizeBytes) {
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Descriptor(MediaType.parse(mediaType), Digest.parse(digest), sizeBytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
