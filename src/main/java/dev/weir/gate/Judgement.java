package dev.weir.gate;

import dev.weir.access.policy.Decision;

/**
 * What the policies say to the pull of one image.
 *
 * @param decision with the statement
 */
record Judgement(Kind kind, Decision decision) {

    /** What follows. */
    enum Kind {
        ALLOWED,
        /** Allowed only because someone released it before its time. */
        RELEASED,
        /** Denied for no other reason than that it was first seen too lately. */
        TOO_YOUNG,
        DENIED
    }

    boolean isServed() {
        return kind == Kind.ALLOWED || kind == Kind.RELEASED;
    }
}
