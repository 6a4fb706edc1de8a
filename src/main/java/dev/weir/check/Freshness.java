package dev.weir.check;

import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import java.time.Duration;
import java.time.Instant;

/** What a tag's entry in the index allows, decided from values alone. Digests need no such decision: they never change. */
public enum Freshness {
    /** Held, and checked within the interval: answered with no upstream contact. */
    FRESH,
    /** Held, but upstream has to be asked whether it moved. */
    STALE,
    /** Not held. */
    MISSING,
    /** Not held, and upstream said 404 so lately that it is not asked again. */
    ABSENT;

    /** @param interval how long a check is trusted; a check from the future (clock skew) is trusted as one from now */
    public static Freshness of(Lookup<CachedTag> lookup, Instant now, Duration interval) {
        if (lookup.found().isPresent()) {
            Instant due = lookup.found().get().checkedAt().plus(interval);
            return now.isBefore(due) ? FRESH : STALE;
        }
        return lookup.isAbsentAt(now) ? ABSENT : MISSING;
    }
}
