package dev.weir.upstream;

/** What a call costs upstream. Upstreams count the two apart: layers flow while manifests are limited. */
public enum Load {
    /** A manifest, or a list. */
    MANIFESTS,
    /** A layer or configuration. */
    BLOBS
}
