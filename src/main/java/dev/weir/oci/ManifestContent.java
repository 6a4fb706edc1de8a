package dev.weir.oci;

import java.io.IOException;
import java.util.Optional;

/**
 * What the JSON of a manifest says: its own media type, its shape, and what it points at.
 *
 * <p>Units: at most {@link #MAX_ENTRIES} manifests and layers.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedValueException} with {@link ErrorCode#MANIFEST_INVALID} on what is not
 * one complete JSON object, or has more entries.
 *
 * <p>Source: image-spec, "Image Manifest", "Image Index"; Docker's "Image Manifest Version 2, Schema 2".
 *
 * @param ownMediaType as its field {@code mediaType} says
 * @param schemaVersion -1 when it has none
 */
public record ManifestContent(Optional<MediaType> ownMediaType, long schemaVersion, Shape shape, ManifestLinks links) {
    /** The largest images have some hundred layers, the largest indexes some dozen manifests. */
    public static final int MAX_ENTRIES = 10_000;

    /** What a JSON object looks like, whatever it calls itself. */
    public enum Shape {
        /** Has an array {@code manifests}. */
        INDEX,
        /** Has an object {@code config} and an array {@code layers}. */
        IMAGE,
        /** Has both, so that two clients could read two things. */
        AMBIGUOUS,
        /** Looks like neither. */
        OTHER;

        static Shape of(boolean hasManifests, boolean hasConfig, boolean hasLayers) {
            if (hasManifests) {
                return hasConfig || hasLayers ? AMBIGUOUS : INDEX;
            }
            return hasConfig && hasLayers ? IMAGE : OTHER;
        }
    }

    public static ManifestContent parse(byte[] bytes) {
        try {
            return BoundedJson.read(bytes, ManifestJson::read);
        } catch (IOException e) {
            throw malformed("is not one complete JSON object");
        }
    }

    /**
     * The media type to serve it under: the sent one where that is a manifest's, else its own, else by its shape.
     *
     * <p>Errors: {@link MalformedValueException} when it is not a manifest, or not of that type; its message goes on after
     * "the answer".
     *
     * @param sent that it came under
     */
    public MediaType typeSentAs(Optional<MediaType> sent) {
        if (schemaVersion == 1 || isSignedSchema1(sent) || isSignedSchema1(ownMediaType)) {
            throw malformed("is a signed schema 1 manifest (manifest.v1+prettyjws), which Weir doesn't serve;"
                    + " push the image anew, or pull a newer tag");
        }
        if (shape == Shape.AMBIGUOUS) {
            throw malformed("has both 'manifests' and 'config' or 'layers', so it is not clear what it is");
        }
        Optional<MediaType> own = ownMediaType.filter(MediaType::isManifest);
        MediaType type = sent.filter(MediaType::isManifest).or(() -> own).orElseGet(this::typeByShape);
        if (schemaVersion != 2 && own.isEmpty() && shape == Shape.OTHER) {
            throw malformed("is JSON, but not a manifest: it has no schemaVersion 2 and no manifest's mediaType");
        }
        if ((type.isIndex() && shape == Shape.IMAGE) || (type.isImageManifest() && shape == Shape.INDEX)) {
            throw malformed(
                    "came as " + type + ", but is " + (shape == Shape.INDEX ? "an index" : "an image manifest"));
        }
        return type;
    }

    private static boolean isSignedSchema1(Optional<MediaType> type) {
        return type.filter(MediaType::isSignedSchema1).isPresent();
    }

    private MediaType typeByShape() {
        return switch (shape) {
            case INDEX -> MediaType.OCI_INDEX;
            case IMAGE -> MediaType.OCI_MANIFEST;
            case AMBIGUOUS, OTHER ->
                throw malformed("is JSON, but not a manifest: neither its Content-Type nor 'mediaType' nor its fields"
                        + " are one's");
        };
    }

    static MalformedValueException malformed(String why) {
        return new MalformedValueException(ErrorCode.MANIFEST_INVALID, why);
    }
}
