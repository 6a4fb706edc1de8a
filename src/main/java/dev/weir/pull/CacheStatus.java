package dev.weir.pull;

import java.util.OptionalInt;

/**
 * Why an answer is what it is, for the {@code Cache-Status} header.
 *
 * <p>Shape: {@code weir; hit}, {@code weir; fwd=miss; stored}, {@code weir; hit; fwd=stale; fwd-status=503}.
 *
 * <p>Source: RFC 9211.
 *
 * @param hit whether the answer came from the cache
 * @param forward why upstream was asked, if it was
 * @param forwardStatus upstream's HTTP status where it tells more than success
 * @param stored whether what upstream gave is now cached
 */
public record CacheStatus(boolean hit, Forward forward, OptionalInt forwardStatus, boolean stored) {

    /** Why a request went upstream. */
    public enum Forward {
        NONE,
        MISS,
        STALE,
        /** The cache was not consulted, as for a list that only upstream knows. */
        BYPASS
    }

    public static final CacheStatus HIT = new CacheStatus(true, Forward.NONE, OptionalInt.empty(), false);
    public static final CacheStatus MISS = new CacheStatus(false, Forward.MISS, OptionalInt.empty(), false);
    public static final CacheStatus MISS_STORED = new CacheStatus(false, Forward.MISS, OptionalInt.empty(), true);
    public static final CacheStatus BYPASS = new CacheStatus(false, Forward.BYPASS, OptionalInt.empty(), false);
    /** The copy was stale, upstream said that it is still right. */
    public static final CacheStatus REVALIDATED = new CacheStatus(true, Forward.STALE, OptionalInt.of(200), false);
    /** The copy was stale, upstream had a newer one. */
    public static final CacheStatus MOVED = new CacheStatus(false, Forward.STALE, OptionalInt.of(200), true);

    /** The copy is served although upstream could not confirm it. */
    public static CacheStatus staleOnError(OptionalInt forwardStatus) {
        return new CacheStatus(true, Forward.STALE, forwardStatus, false);
    }

    /** Nothing could be served. */
    public static CacheStatus missFailed(OptionalInt forwardStatus) {
        return new CacheStatus(false, Forward.MISS, forwardStatus, false);
    }

    @Override
    public String toString() {
        StringBuilder header = new StringBuilder("weir");
        if (hit) {
            header.append("; hit");
        }
        if (forward != Forward.NONE) {
            header.append("; fwd=").append(forward.name().toLowerCase(java.util.Locale.ROOT));
        }
        forwardStatus.ifPresent(status -> header.append("; fwd-status=").append(status));
        return stored ? header.append("; stored").toString() : header.toString();
    }
}
