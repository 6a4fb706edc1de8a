package dev.weir.store;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Manifest;
import java.util.Optional;

/**
 * A manifest that is linked to a repository.
 *
 * @param inline the manifest itself up to {@link #MAX_INLINE_BYTES}; a larger one's bytes are in the content store
 */
public record CachedManifest(Descriptor descriptor, Optional<Manifest> inline) {
    /** Read with its entry for the price of two read units; the bytes of a larger manifest cost less in the content store. */
    public static final int MAX_INLINE_BYTES = 8 * 1024;

    public static CachedManifest of(Manifest manifest) {
        return new CachedManifest(
                manifest.descriptor(), Optional.of(manifest).filter(m -> m.bytes().length <= MAX_INLINE_BYTES));
    }
}
