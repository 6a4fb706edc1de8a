package dev.weir.pull;

import dev.weir.store.CachedTag;

/** A tag's pointer, and how the cache came by it. */
record Pointed(CachedTag tag, CacheStatus status) {}
