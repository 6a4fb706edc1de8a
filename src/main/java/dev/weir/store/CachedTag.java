package dev.weir.store;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a tag points, and when that was last known to be so. The manifest's bytes are kept elsewhere, under their digest.
 *
 * @param manifest what the tag points at
 * @param movedAt when the tag was first seen pointing there
 * @param checkedAt when upstream last said so, or said that the tag is gone
 * @param pulledAt when it was last pulled, to the hour
 * @param goneSince when upstream first answered 404 for the tag; the copy is served on
 * @param upstreamDigest what upstream's tag points at, when this one is immutable and stays
 */
public record CachedTag(
        Descriptor manifest,
        Instant movedAt,
        Instant checkedAt,
        Instant pulledAt,
        Optional<Instant> goneSince,
        Optional<Digest> upstreamDigest) {

    /** A tag that is cached for the first time, because a client pulls it. */
    public static CachedTag first(Descriptor manifest, Instant now) {
        return new CachedTag(manifest, now, now, now, Optional.empty(), Optional.empty());
    }

    /** The same tag, pointing elsewhere from now on. */
    public CachedTag movedTo(Descriptor next, Instant now, TagMove.By by) {
        Instant pulled = by == TagMove.By.PULL ? now : pulledAt;
        return new CachedTag(next, now, now, pulled, Optional.empty(), Optional.empty());
    }

    public Digest digest() {
        return manifest.digest();
    }
}
