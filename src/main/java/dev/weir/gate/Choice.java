package dev.weir.gate;

import dev.weir.oci.Digest;
import java.util.Optional;

/**
 * The digest to serve for a tag.
 *
 * @param detail for the {@code Cache-Status} header: {@code held-newer} when a newer one waits, {@code would-hold} when it would
 *     wait if the rule's gate did more than observe, {@code as-of} of a date
 */
public record Choice(Digest digest, Optional<String> detail) {
    public static final String HELD_NEWER = "held-newer";
    public static final String WOULD_HOLD = "would-hold";
    public static final String AS_OF = "as-of";

    public static Choice of(Digest digest) {
        return new Choice(digest, Optional.empty());
    }

    static Choice of(Digest digest, String detail) {
        return new Choice(digest, Optional.of(detail));
    }
}
