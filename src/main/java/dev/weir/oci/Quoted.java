package dev.weir.oci;

/** Makes a stranger's string fit for a message or a log line: printable ASCII only, cut at 128 characters. */
public final class Quoted {
    private static final int MAX_LENGTH = 128;

    private Quoted() {}

    /** Control and non-ASCII characters become {@code ?}, so that no value can forge a log line or a header. */
    public static String of(String value) {
        String cut = value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH) + "...";
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
