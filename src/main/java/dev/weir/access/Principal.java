package dev.weir.access;

/** Who calls, once that is known. Shape: the user's name. */
public record Principal(String name) {
    @Override
    public String toString() {
        return name;
    }
}
