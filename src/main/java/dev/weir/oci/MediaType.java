package dev.weir.oci;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A media type without parameters, lower case: {@code application/vnd.oci.image.manifest.v1+json}.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} on what is not {@code type/subtype}; the value comes
 * from an upstream and goes into a header of ours.
 */
public record MediaType(String value) {
    private static final Pattern GRAMMAR =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_INDEX =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    private static final Set<MediaType> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);
    private static final Set<MediaType> IMAGES = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);

    public MediaType {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + Printable.of(value) + "' is not a media type");
        }
    }

    /** Drops parameters: {@code application/json; charset=utf-8} is {@code application/json}. */
    public static MediaType parse(String value) {
        int semicolon = value.indexOf(';');
        String bare = semicolon < 0 ? value : value.substring(0, semicolon);
        return new MediaType(bare.strip().toLowerCase(java.util.Locale.ROOT));
    }

    /** Whether this is an image index or Docker's manifest list. */
    public boolean isIndex() {
        return INDEXES.contains(this);
    }

    /** Whether this is an image manifest, OCI or Docker v2 schema 2. */
    public boolean isImageManifest() {
        return IMAGES.contains(this);
    }

    @Override
    public String toString() {
        return value;
    }
}
