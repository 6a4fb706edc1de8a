package dev.weir.oci;

/**
 * A manifest or index, byte for byte as its registry sent it, with the media type it was sent under.
 *
 * <p>Units: at most {@link #MAX_SIZE_BYTES}; registries must accept 4 MiB and a Lambda answer holds 6 MB base64.
 *
 * <p>Source: distribution-spec, "Pulling manifests"; image-spec, "Image Manifest", "Image Index".
 */
@SuppressWarnings("ArrayRecordComponent") // equality is the digest's, below
public record Manifest(MediaType mediaType, Digest digest, byte[] bytes) {
    public static final int MAX_SIZE_BYTES = 4 * 1024 * 1024;

    public Manifest {
        if (bytes.length > MAX_SIZE_BYTES) {
            throw new IllegalArgumentException("manifest " + digest + " has " + bytes.length + " bytes, over 4 MiB");
        }
    }

    public Descriptor descriptor() {
        return new Descriptor(mediaType, digest, bytes.length);
    }

    /** What this manifest points at. */
    public ManifestLinks links() {
        return ManifestLinks.parse(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest that && digest.equals(that.digest) && mediaType.equals(that.mediaType);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return digest + " (" + mediaType + ", " + bytes.length + " bytes)";
    }
}
