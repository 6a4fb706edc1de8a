package dev.weir.store;

import dev.weir.oci.Tag;

/** A tag that a repository holds, and where it points. */
public record TaggedImage(Tag tag, CachedTag pointer) {}
