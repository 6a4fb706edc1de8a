/**
 * Tokens that this registry signs for a principal whose identity was checked: 12-hour passwords and the keys of sessions. Nothing
 * is stored for them; they are verified by recomputation.
 */
@NullMarked
package dev.weir.access.token;

import org.jspecify.annotations.NullMarked;
