package dev.weir.aws;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.store.CachedManifest;

/** A manifest within an item. Shape: {@code digest mediaType sizeBytes}, and its bytes as {@code manifest} when they are inline. */
final class ManifestItem {
    private ManifestItem() {}

    static CachedManifest manifest(Item item) {
        MediaType mediaType = MediaType.parse(item.string("mediaType"));
        Digest digest = Digest.parse(item.string("digest"));
        return new CachedManifest(
                new Descriptor(mediaType, digest, item.number("sizeBytes")),
                item.findBytes("manifest").map(bytes -> new Manifest(mediaType, digest, bytes)));
    }

    static Item with(Item item, CachedManifest manifest) {
        Descriptor descriptor = manifest.descriptor();
        manifest.inline().ifPresent(inline -> item.put("manifest", inline.bytes()));
        return item.put("digest", descriptor.digest().toString())
                .put("mediaType", descriptor.mediaType().value())
                .put("sizeBytes", descriptor.sizeBytes());
    }
}
