package dev.weir.control;

import dev.weir.access.Principal;

/** Who has signed a call, and what that opens. */
public record Caller(Principal principal, Level level) {
    /** What a key opens. */
    public enum Level {
        /** Every operation. */
        ADMIN,
        /** Operations that change nothing. */
        READ,
        /** What the registry's policies allow the principal. */
        BY_POLICY
    }
}
