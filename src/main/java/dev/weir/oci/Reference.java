package dev.weir.oci;

/**
 * What a manifest is asked for by: a {@link Tag} or a {@link Digest}.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedValueException}: {@link ErrorCode#DIGEST_INVALID} for what holds a {@code
 * :}, which no tag may, {@link ErrorCode#MANIFEST_INVALID} otherwise.
 */
public sealed interface Reference permits Tag, Digest {

    static Reference parse(String value) {
        return value.indexOf(':') >= 0 ? Digest.parse(value) : Tag.parse(value);
    }

    /** As it stands in a request path. */
    @Override
    String toString();
}
