package dev.weir.registry;

import java.util.List;

/**
 * The {@code If-None-Match} header: {@code *}, or entity tags joined by commas, which may stand in several headers and may be
 * weak. A tag's text can hold commas, so the header is read character by character.
 *
 * <p>Source: RFC 9110, sections 8.8.3 and 13.1.2: the comparison is the weak one. What is not an entity tag matches nothing.
 */
final class EntityTags {
    private EntityTags() {}

    /**
     * Whether one of them is this content's.
     *
     * @param opaque the tag's text between the quotes
     */
    static boolean match(List<String> headers, String opaque) {
        return headers.stream().anyMatch(header -> header.strip().equals("*") || contains(header, opaque));
    }

    private static boolean contains(String header, String opaque) {
        int at = 0;
        while (at < header.length()) {
            int open = header.indexOf('"', at);
            int close = open < 0 ? -1 : header.indexOf('"', open + 1);
            if (close < 0 || !isBetweenTags(header.substring(at, open))) {
                return false;
            }
            if (header.substring(open + 1, close).equals(opaque)) {
                return true;
            }
            at = close + 1;
        }
        return false;
    }

    /** Commas and blanks, then the mark of a weak tag or nothing. */
    private static boolean isBetweenTags(String text) {
        String rest = text.endsWith("W/") ? text.substring(0, text.length() - 2) : text;
        return rest.chars().allMatch(c -> c == ',' || c == ' ' || c == '\t');
    }
}
