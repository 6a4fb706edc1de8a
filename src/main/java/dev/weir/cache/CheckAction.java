package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.upstream.UpstreamException.Kind;

/** What a check of a tag comes to, decided from values alone. */
public enum CheckAction {
    /** Upstream says what we hold. */
    TOUCH,
    /** Upstream's tag points elsewhere, and ours follows. */
    MOVE,
    /** Upstream's tag points elsewhere, and ours is immutable. */
    KEEP_IMMUTABLE,
    /** Upstream no longer has the tag; the copy stays. */
    MARK_GONE,
    /** Upstream refuses, or its answer can't be used: asked again within the hour. */
    POSTPONE,
    /** Upstream is in trouble: still due, asked again as soon as it is left in peace no longer. */
    LEAVE_DUE;

    static CheckAction of(Digest upstream, Digest held, boolean immutable) {
        if (upstream.equals(held)) {
            return TOUCH;
        }
        return immutable ? KEEP_IMMUTABLE : MOVE;
    }

    static CheckAction of(Kind failure) {
        return switch (failure) {
            case NOT_FOUND -> MARK_GONE;
            case UNAUTHORIZED, INVALID -> POSTPONE;
            case RATE_LIMITED, UNAVAILABLE, TIMEOUT -> LEAVE_DUE;
        };
    }

    /** Of a move that failed half-way: the tag was there a moment ago, so it is not gone. */
    static CheckAction ofMove(Kind failure) {
        return failure == Kind.NOT_FOUND ? POSTPONE : of(failure);
    }
}
