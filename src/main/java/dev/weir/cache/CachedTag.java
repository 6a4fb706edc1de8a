package dev.weir.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a tag points, and when that was last known to be so.
 *
 * @param manifest what it points at
 * @param movedAt when the tag was first seen pointing there
 * @param checkedAt when upstream last said so, or was last asked in vain
 * @param goneSince when upstream first answered 404 for the tag; the copy is served on
 */
public record CachedTag(CachedManifest manifest, Instant movedAt, Instant checkedAt, Optional<Instant> goneSince) {

    public static CachedTag movedTo(CachedManifest manifest, Instant now) {
        return new CachedTag(manifest, now, now, Optional.empty());
    }
}
