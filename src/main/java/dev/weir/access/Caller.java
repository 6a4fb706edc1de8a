package dev.weir.access;

/** Who calls the admin API, and what the key behind the call is for. */
public record Caller(Principal principal, Role role) {

    /** The same caller, whose {@code aws:SourceIp} is that of this request. */
    public Caller from(ClientAddress address) {
        return new Caller(principal.from(address), role);
    }

    /** Whether the policies decide what the caller may do; else its key does. */
    public boolean isDerived() {
        return role == Role.DERIVED;
    }

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
