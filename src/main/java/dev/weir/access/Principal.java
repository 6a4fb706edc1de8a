package dev.weir.access;

/** Who calls, once that is known. Shape: the user's name. */
public record Principal(String name) {
    /** Whoever calls where nobody is asked who calls. */
    public static final Principal ANONYMOUS = new Principal("anonymous");

    @Override
    public String toString() {
        return name;
    }
}
