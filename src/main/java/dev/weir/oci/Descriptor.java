package dev.weir.oci;

/**
 * What points at content: its media type, digest and size in bytes.
 *
 * <p>Source: image-spec, "OCI Content Descriptors".
 */
public record Descriptor(MediaType mediaType, Digest digest, long sizeBytes) {
    public Descriptor {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size of " + digest + " is negative: " + sizeBytes);
        }
    }
}
