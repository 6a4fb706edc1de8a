package dev.weir.gate;

import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.store.TagMove;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Picks an image of a tag's history. Pure. */
final class Selection {
    private Selection() {}

    /**
     * The images that a tag has pointed at, latest first. One that it has pointed at before was first seen then: what the history
     * says is never earlier than what is true.
     */
    static List<Image> images(Tag tag, List<TagMove> latestFirst) {
        Map<Digest, Instant> firstSeen = new HashMap<>();
        for (TagMove move : latestFirst) {
            firstSeen.merge(move.digest(), move.at(), (one, other) -> one.isBefore(other) ? one : other);
        }
        return latestFirst.stream()
                .map(TagMove::digest)
                .distinct()
                .map(digest -> Image.of(digest, Optional.of(tag), firstSeen.getOrDefault(digest, Instant.MAX)))
                .toList();
    }

    /** The latest that the policy serves. */
    static Optional<Image> latestServed(RepositoryPolicy policy, List<Image> latestFirst, Instant now) {
        return latestFirst.stream()
                .filter(image -> policy.judge(image, Held.HELD, now).isServed())
                .findFirst();
    }

    /** When the first of them is served, if none is today. */
    static Optional<Instant> freeAt(RepositoryPolicy policy, List<Image> images, Instant now) {
        return images.stream()
                .flatMap(image -> policy.freeAt(image, now).stream())
                .min(Instant::compareTo);
    }
}
