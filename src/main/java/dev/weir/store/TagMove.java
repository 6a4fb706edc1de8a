package dev.weir.store;

import dev.weir.oci.Digest;
import java.time.Instant;

/** One entry of a tag's history: since when it pointed at the digest, and who found out. */
public record TagMove(Digest digest, Instant at, By by) {

    /** Who looked upstream. */
    public enum By {
        PULL,
        REFRESH,
        /** Nobody: an operator put the tag there. */
        OPERATOR
    }
}
