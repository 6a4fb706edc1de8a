package dev.weir.rules;

/** Whether a rule's blobs are brought in before they are asked for. */
public enum Prefetch {
    ON,
    OFF;

    static Prefetch parse(String value) {
        return switch (value) {
            case "on" -> ON;
            case "off" -> OFF;
            default -> throw new IllegalArgumentException(value);
        };
    }
}
