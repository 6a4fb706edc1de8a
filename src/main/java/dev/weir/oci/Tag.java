package dev.weir.oci;

import java.util.regex.Pattern;

/**
 * A human-readable pointer to a manifest within a repository; it may move.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedValueException} with {@link ErrorCode#MANIFEST_INVALID}, the spec having no
 * code of its own for a malformed tag.
 */
public record Tag(String value) implements Reference, Comparable<Tag> {
    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    public Tag {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new MalformedValueException(
                    ErrorCode.MANIFEST_INVALID,
                    "tag '" + Printable.of(value)
                            + "' is not 1 to 128 of letters, digits, '_', '.', '-', not led by '.' or '-'");
        }
    }

    public static Tag parse(String value) {
        return new Tag(value);
    }

    @Override
    public int compareTo(Tag other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
