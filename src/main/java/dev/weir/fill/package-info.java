/**
 * Brings content from an upstream into the content store, verified against its digest, and links it to the repository that
 * asked for it.
 */
@NullMarked
package dev.weir.fill;

import org.jspecify.annotations.NullMarked;
