package dev.weir.rules;

/** What becomes of an image that the policies hold back for its age. */
public enum GateMode {
    /** An older one is served, or none. */
    ENFORCE,
    /** It is served and marked, to see what would be held. */
    OBSERVE;

    /** Errors: {@link IllegalArgumentException}. */
    static GateMode parse(String value) {
        return switch (value) {
            case "enforce" -> ENFORCE;
            case "observe" -> OBSERVE;
            default -> throw new IllegalArgumentException(value);
        };
    }
}
