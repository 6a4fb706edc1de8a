package dev.weir.pull;

import dev.weir.rules.Repository;
import dev.weir.rules.RetiredRepository;
import dev.weir.upstream.UpstreamException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the cache came by an answer, for the {@code Cache-Status} header.
 *
 * <p>Shape: {@code weir; hit}, {@code weir; fwd=miss; stored}, {@code weir; hit; fwd=stale; fwd-status=503}, {@code weir;
 * detail=NAME_UNKNOWN}.
 *
 * <p>Source: RFC 9211.
 *
 * @param hit whether the answer came from the cache
 * @param forward why upstream was asked, if it was
 * @param forwardStatus upstream's HTTP status where it tells more than success
 * @param stored whether what upstream gave is now cached
 * @param detail what the answer is about, where the cache was not looked into; why upstream can't be asked
 */
public record CacheStatus(
        boolean hit, Forward forward, OptionalInt forwardStatus, boolean stored, Optional<String> detail) {

    /** Why a request went upstream. */
    public enum Forward {
        NONE,
        MISS,
        STALE,
        /** The cache was not consulted, as for a list that only upstream knows. */
        BYPASS
    }

    public static final CacheStatus HIT = of(true, Forward.NONE, OptionalInt.empty(), false);
    public static final CacheStatus MISS = of(false, Forward.MISS, OptionalInt.empty(), false);
    public static final CacheStatus MISS_STORED = of(false, Forward.MISS, OptionalInt.empty(), true);
    public static final CacheStatus BYPASS = of(false, Forward.BYPASS, OptionalInt.empty(), false);
    /** Upstream gave a part of a list, and failed before the next. */
    public static final CacheStatus BYPASS_INTERRUPTED =
            new CacheStatus(false, Forward.BYPASS, OptionalInt.empty(), false, Optional.of("INTERRUPTED"));
    /** The copy was stale, and upstream confirmed it. */
    public static final CacheStatus REVALIDATED = of(true, Forward.STALE, OptionalInt.of(200), false);
    /** The copy was stale, and upstream had a newer one. */
    public static final CacheStatus MOVED = of(false, Forward.STALE, OptionalInt.of(200), true);

    private static CacheStatus of(boolean hit, Forward forward, OptionalInt forwardStatus, boolean stored) {
        return new CacheStatus(hit, forward, forwardStatus, stored, Optional.empty());
    }

    /** The copy is served although upstream could not confirm it. */
    public static CacheStatus staleOnError(OptionalInt forwardStatus) {
        return of(true, Forward.STALE, forwardStatus, false);
    }

    /** The same, because of a failure: upstream's status where it answered. */
    static CacheStatus staleOnError(RuntimeException why) {
        return staleOnError(why instanceof UpstreamException upstreams ? upstreams.status() : OptionalInt.empty());
    }

    /** Whether a stale copy is served that upstream did not confirm. */
    public boolean isUnconfirmed() {
        return hit && forward == Forward.STALE && !equals(REVALIDATED) && !equals(MOVED);
    }

    /** Nothing could be served. */
    public static CacheStatus missFailed(OptionalInt forwardStatus) {
        return of(false, Forward.MISS, forwardStatus, false);
    }

    /** The cache was not looked into. */
    public static CacheStatus notConsulted(String detail) {
        return new CacheStatus(false, Forward.NONE, OptionalInt.empty(), false, Optional.of(detail));
    }

    /** Of what a deleted rule cached: nobody asks upstream whether it is still right. */
    CacheStatus of(Repository repository) {
        return repository instanceof RetiredRepository
                ? new CacheStatus(hit, forward, forwardStatus, stored, Optional.of(detailOf(repository)))
                : this;
    }

    /** Why nothing is fetched for a repository without an upstream. */
    static String detailOf(Repository repository) {
        return repository instanceof RetiredRepository ? "RULE_DELETED" : "hosted";
    }

    /** The same, with a word on which digest is served. */
    CacheStatus withDetail(Optional<String> word) {
        return word.isEmpty() ? this : new CacheStatus(hit, forward, forwardStatus, stored, word);
    }

    /** The header's value. */
    @Override
    public String toString() {
        StringBuilder header = new StringBuilder("weir");
        if (hit) {
            header.append("; hit");
        }
        if (forward != Forward.NONE) {
            header.append("; fwd=").append(forward.name().toLowerCase(Locale.ROOT));
        }
        forwardStatus.ifPresent(status -> header.append("; fwd-status=").append(status));
        if (stored) {
            header.append("; stored");
        }
        detail.ifPresent(words -> header.append("; detail=").append(words));
        return header.toString();
    }
}
