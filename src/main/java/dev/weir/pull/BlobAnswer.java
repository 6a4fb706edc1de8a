package dev.weir.pull;

import java.net.URI;
import java.util.Optional;

/**
 * Where to read a blob, or that it is still on its way.
 *
 * @param location a presigned URL; empty when the fill outlasted the caller's patience
 */
public record BlobAnswer(Optional<URI> location) {
    public static final BlobAnswer STILL_FILLING = new BlobAnswer(Optional.empty());

    public static BlobAnswer at(URI location) {
        return new BlobAnswer(Optional.of(location));
    }

    /** Without the URL, which is a secret. */
    @Override
    public String toString() {
        return location.isPresent() ? "BlobAnswer[stored]" : "BlobAnswer[still filling]";
    }
}
