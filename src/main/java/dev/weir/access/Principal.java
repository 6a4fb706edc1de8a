package dev.weir.access;

/** Who calls, once that is known. Shape: the user's name. */
public record Principal(String name) {
    /** The caller, where callers are not asked who they are. */
    public static final Principal ANONYMOUS = new Principal("anonymous");

    @Override
    public String toString() {
        return name;
    }
}
