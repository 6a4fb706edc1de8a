package dev.weir.check;

import dev.weir.oci.Digest;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;

/** What a check of a tag comes to, decided from values alone. */
public enum CheckOutcome {
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
    /** Upstream did not answer, or not all is here yet: asked again in some minutes, behind the tags that wait for theirs. */
    RETRY,
    /** Upstream is left alone for a while, whatever is asked of it: still due, asked as soon as that is over. */
    LEAVE_DUE;

    static CheckOutcome of(Digest upstream, Digest held, boolean immutable) {
        if (upstream.equals(held)) {
            return TOUCH;
        }
        return immutable ? KEEP_IMMUTABLE : MOVE;
    }

    static CheckOutcome of(UpstreamException failure) {
        if (failure.isRefusal() || failure.isOutOfTime()) {
            return LEAVE_DUE;
        }
        return switch (failure.kind()) {
            case NOT_FOUND -> MARK_GONE;
            case UNAUTHORIZED, INVALID -> POSTPONE;
            case UNAVAILABLE, TIMEOUT -> RETRY;
            case RATE_LIMITED -> LEAVE_DUE;
        };
    }

    /** Of a move that failed half-way: the tag was there a moment ago, so it is not gone. */
    static CheckOutcome ofMove(UpstreamException failure) {
        return failure.kind() == Kind.NOT_FOUND ? POSTPONE : of(failure);
    }
}
