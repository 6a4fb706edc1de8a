package dev.weir.upstream.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Response;

/**
 * One page of referrers: an image index, by its media type or, where upstream sends a type that says nothing, by its shape.
 * Only descriptors are kept, and of those only what may refer to the digest: the digest itself doesn't, nor does one that
 * names another subject.
 */
final class ReferrersBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReferrersBody() {}

    /**
     * The descriptors; empty when the answer is not an index of the digest's referrers.
     *
     * <p>Errors: {@link IOException} when the body does not arrive whole or is over 4 MiB.
     */
    static Optional<List<JsonNode>> read(Response response, Digest subject) throws IOException {
        if (!mayBeIndex(response.header("Content-Type", ""))) {
            return Optional.empty();
        }
        byte[] bytes = response.body().byteStream().readNBytes(Manifest.MAX_SIZE_BYTES + 1);
        if (bytes.length > Manifest.MAX_SIZE_BYTES) {
            throw new IOException("a page of referrers is over the 4 MiB that Weir takes");
        }
        // GitLab answers the subject itself under the fallback tag.
        return subject.matches(bytes) ? Optional.empty() : descriptors(bytes, subject);
    }

    /** A type that says nothing, or no type, leaves it to the shape. */
    private static boolean mayBeIndex(String header) {
        try {
            MediaType sent = MediaType.parse(header);
            return sent.isIndex()
                    || sent.equals(MediaType.OCTET_STREAM)
                    || sent.value().equals("application/json")
                    || sent.value().equals("text/plain");
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Read one by one: a tree of the whole page takes many times its bytes. */
    private static Optional<List<JsonNode>> descriptors(byte[] bytes, Digest subject) {
        Optional<List<JsonNode>> found = Optional.empty();
        try (JsonParser parser = JSON.getFactory().createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("manifests") && value == JsonToken.START_ARRAY) {
                    found = Optional.of(array(parser, subject));
                } else if (field.equals("subject") && namesAnother(JSON.readTree(parser), subject)) {
                    return Optional.empty();
                } else if (field.equals("mediaType") && !mayBeIndex(parser.getText())) {
                    return Optional.empty();
                } else {
                    parser.skipChildren();
                }
            }
            return parser.currentToken() == JsonToken.END_OBJECT ? found : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<JsonNode> array(JsonParser parser, Digest subject) throws IOException {
        List<JsonNode> kept = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode descriptor = JSON.readTree(parser);
            if (descriptor == null) {
                throw new IOException("the array is not closed");
            }
            if (mayRefer(descriptor, subject)) {
                kept.add(descriptor);
            }
        }
        return kept;
    }

    private static boolean mayRefer(JsonNode descriptor, Digest subject) {
        String digest = descriptor.path("digest").asText("");
        return !digest.isEmpty()
                && !digest.equals(subject.toString())
                && !namesAnother(descriptor.path("subject"), subject);
    }

    private static boolean namesAnother(JsonNode named, Digest subject) {
        String digest = named.path("digest").asText("");
        return !digest.isEmpty() && !digest.equals(subject.toString());
    }
}
