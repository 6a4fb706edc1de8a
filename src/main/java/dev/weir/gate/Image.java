package dev.weir.gate;

import dev.weir.oci.Digest;
import dev.weir.oci.Platform;
import dev.weir.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One image as policies see it.
 *
 * @param digests its own first, then those of what it is pulled with: the index that names an image, the image that names a blob
 * @param tag that it is asked for by
 * @param firstSeen when this Weir first saw it in the repository; of a part of an index, not later than the index
 * @param platform what an index says that it runs on
 */
record Image(List<Digest> digests, Optional<Tag> tag, Instant firstSeen, Optional<Platform> platform) {
    Image {
        digests = List.copyOf(digests);
    }

    static Image of(Digest digest, Optional<Tag> tag, Instant firstSeen) {
        return new Image(List.of(digest), tag, firstSeen, Optional.empty());
    }

    Digest digest() {
        return digests.get(0);
    }
}
