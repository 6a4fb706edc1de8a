package dev.weir.access;

/**
 * A key pair of the admin API. Prints without the secret.
 *
 * @param secret what requests are signed with
 * @param name as policies and audit lines write it: {@code weir:key/<name>}
 * @param role {@link Caller.Role#ADMIN} or {@link Caller.Role#READ}
 */
public record ControlKey(String secret, String name, Caller.Role role) {

    /** Whoever signs with this key. */
    public Caller caller() {
        return new Caller(Principal.key(name), role);
    }

    @Override
    public String toString() {
        return "ControlKey[" + name + ", " + role + "]";
    }
}
