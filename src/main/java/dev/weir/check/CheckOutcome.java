package dev.weir.check;

import dev.weir.oci.Digest;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;

/** What a check of a tag came to, decided from values alone. */
public enum CheckOutcome {
    /** Upstream's tag points at what we hold. */
    UNCHANGED,
    /** Upstream's tag points elsewhere, and ours follows. */
    MOVED,
    /** Upstream's tag points elsewhere, and ours is immutable or pinned. */
    KEPT_IMMUTABLE,
    /** Another check ended while this one was under way, and its word counts. */
    SUPERSEDED,
    /** Upstream's tag points elsewhere, and what it points at is not complete here yet: checked again in some minutes. */
    STILL_FILLING,
    /** Upstream no longer has the tag; the copy stays. */
    GONE,
    /** Upstream denies, or its answer can't be used: checked again within the hour. */
    POSTPONED,
    /** Upstream did not answer: checked again in some minutes, behind the tags that wait for their first check. */
    RETRIED_SOON,
    /** Upstream is not asked for a while, whatever the request: the tag stays due. */
    LEFT_DUE;

    static CheckOutcome of(Digest upstream, Digest held, boolean kept) {
        if (upstream.equals(held)) {
            return UNCHANGED;
        }
        return kept ? KEPT_IMMUTABLE : MOVED;
    }

    static CheckOutcome of(UpstreamException failure) {
        return switch (failure.origin()) {
            case CIRCUIT_OPEN, OUT_OF_TIME -> LEFT_DUE;
            case ANSWERED ->
                switch (failure.kind()) {
                    case NOT_FOUND -> GONE;
                    case UNAUTHORIZED, INVALID -> POSTPONED;
                    case UNAVAILABLE, TIMEOUT -> RETRIED_SOON;
                    case RATE_LIMITED -> LEFT_DUE;
                };
        };
    }

    /** Of a move that failed half-way: the tag was there a moment ago, so it is not gone. */
    static CheckOutcome ofMove(UpstreamException failure) {
        return failure.kind() == Kind.NOT_FOUND ? POSTPONED : of(failure);
    }
}
