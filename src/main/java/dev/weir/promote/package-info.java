/**
 * Puts images that are stored already into repositories without an upstream: links, no copies. This is production's half of
 * development to production: what was tried is what is pulled, digest by digest.
 */
@NullMarked
package dev.weir.promote;

import org.jspecify.annotations.NullMarked;
