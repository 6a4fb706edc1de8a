package dev.weir.pull;

import java.net.URI;
import java.util.Optional;

/**
 * Where to read a blob, or that it is still being filled.
 *
 * @param url a presigned URL; empty while the blob is being filled
 */
public record BlobLocation(Optional<URI> url) {
    public static final BlobLocation STILL_FILLING = new BlobLocation(Optional.empty());

    public static BlobLocation at(URI url) {
        return new BlobLocation(Optional.of(url));
    }

    /** Without the URL, which is a secret. */
    @Override
    public String toString() {
        return url.isPresent() ? "BlobLocation[stored]" : "BlobLocation[still filling]";
    }
}
