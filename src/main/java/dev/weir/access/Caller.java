package dev.weir.access;

/** Who calls the admin API, and what the key behind the call is for. */
public record Caller(Principal principal, Role role) {

    /** What a key is for. */
    public enum Role {
        /** May do everything. */
        ADMIN,
        /** May look at everything and change nothing. */
        READ,
        /** Issued for an identity that was checked: the policies decide what it may do. */
        DERIVED
    }
}
