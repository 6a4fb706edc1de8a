package dev.weir.upstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An image index being made of pages of descriptors; it takes no page that would make it larger than a manifest may be. */
final class ReferrersIndex {
    private static final byte[] HEAD = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX
                    + "\",\"manifests\":[")
            .getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.UTF_8);

    private final ByteArrayOutputStream descriptors = new ByteArrayOutputStream();

    /** @return false, and nothing added, when there is no room for the page */
    boolean add(List<JsonNode> page) {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        for (JsonNode descriptor : page) {
            if (descriptors.size() + more.size() > 0) {
                more.write(',');
            }
            more.writeBytes(descriptor.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (HEAD.length + descriptors.size() + more.size() + TAIL.length > Manifest.MAX_SIZE_BYTES) {
            return false;
        }
        descriptors.writeBytes(more.toByteArray());
        return true;
    }

    Manifest manifest() {
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        index.writeBytes(HEAD);
        index.writeBytes(descriptors.toByteArray());
        index.writeBytes(TAIL);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(index.toByteArray()), index.toByteArray());
    }
}
