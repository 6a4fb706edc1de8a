package dev.weir.promote;

import dev.weir.oci.Digest;
import java.util.Collection;

/** An image can't be promoted, because a part of it is not stored here. */
public final class MissingContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which parts are missing. */
    public enum Part {
        LAYERS,
        MANIFESTS
    }

    private final Part part;

    MissingContentException(Part part, Collection<Digest> missing) {
        super(
                (part == Part.LAYERS ? "Layers with digests '" : "Images with digests '") + missing
                        + "' are not stored in this registry: bring them in first (aws ecr batch-get-image), and wait until"
                        + " their layers are there (aws ecr batch-check-layer-availability)",
                null,
                false,
                false);
        this.part = part;
    }

    public Part part() {
        return part;
    }
}
