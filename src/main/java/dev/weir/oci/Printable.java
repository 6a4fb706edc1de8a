package dev.weir.oci;

/** Makes a string from outside fit for a message, a header or a log line: printable ASCII only, cut to a length. */
public final class Printable {
    private static final int MAX_LENGTH = 128;

    private Printable() {}

    /** At most 128 characters; control and non-ASCII characters become {@code ?}, so that no value can forge a log line. */
    public static String of(String value) {
        return of(value, MAX_LENGTH);
    }

    /** At most {@code maxLength} characters, and {@code ...} where something was cut. */
    public static String of(String value, int maxLength) {
        String cut = value.length() <= maxLength ? value : value.substring(0, maxLength) + "...";
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
