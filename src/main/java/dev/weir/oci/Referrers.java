package dev.weir.oci;

import java.util.Optional;

/**
 * The manifests that refer to a digest, or a part of them.
 *
 * @param index an image index
 * @param next upstream's cursor for the part that follows, opaque; empty when this is the last part
 * @param interruption why upstream gave less than it has, in words for the client
 */
public record Referrers(Manifest index, Optional<String> next, Optional<String> interruption) {

    /** Whether nothing follows and nothing is missing. */
    public boolean isWhole() {
        return next.isEmpty() && interruption.isEmpty();
    }
}
