package dev.weir.oci;

import java.util.Optional;
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
    public static final MediaType HTML = new MediaType("text/html");

    private static final MediaType OCI_ARTIFACT = new MediaType("application/vnd.oci.artifact.manifest.v1+json");
    private static final Set<String> SIGNED_SCHEMA_1 = Set.of(
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/vnd.docker.distribution.manifest.v1+json");

    /** What registries of artifacts name their manifests, beside the four of images. */
    private static final Pattern VENDOR_JSON = Pattern.compile("application/vnd\\.[^/]+\\+json");

    private static final Set<MediaType> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);
    private static final Set<MediaType> IMAGES = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);

    public MediaType {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + Printable.of(value) + "' is not a media type");
        }
    }

    /** The media type of a header or field; empty when it is not one. Drops parameters. */
    public static Optional<MediaType> find(String value) {
        try {
            return Optional.of(parse(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
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

    /** Whether this is Docker's manifest of 2015 and before, which no current client takes. */
    public boolean isSignedSchema1() {
        return SIGNED_SCHEMA_1.contains(value);
    }

    /** Whether a manifest may have this type: one of images or artifacts, or a vendor's JSON. */
    public boolean isManifest() {
        return isIndex()
                || isImageManifest()
                || equals(OCI_ARTIFACT)
                || (VENDOR_JSON.matcher(value).matches() && !isSignedSchema1());
    }

    @Override
    public String toString() {
        return value;
    }
}
