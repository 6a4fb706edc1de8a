/**
 * Where the cache keeps what it holds, as ports and values. The content store holds what never changes (bytes by digest); the
 * other ports hold what does (tags, links, due times).
 */
@NullMarked
package dev.weir.store;

import org.jspecify.annotations.NullMarked;
