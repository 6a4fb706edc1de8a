package dev.weir.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest points at: the manifests of an index, the config and layers of an image manifest, the subject.
 *
 * <p>Errors: none. A registry stores artifact types of any shape, so what doesn't parse simply points at nothing; a
 * descriptor that is malformed, or whose bytes live elsewhere ({@code urls}), is left out.
 *
 * @param manifests child manifests of an index, empty for others
 * @param blobs config first, then layers; empty for an index
 * @param subject the manifest that this one refers to
 * @param platforms of those manifests of an index that tell theirs
 */
public record ManifestLinks(
        List<Descriptor> manifests,
        List<Descriptor> blobs,
        Optional<Descriptor> subject,
        Map<Digest, Platform> platforms) {
    private static final ManifestLinks NONE = new ManifestLinks(List.of(), List.of(), Optional.empty(), Map.of());

    static ManifestLinks parse(byte[] bytes) {
        try {
            return ManifestContent.parse(bytes).links();
        } catch (MalformedValueException e) {
            return NONE;
        }
    }
}
