/** Who calls, and how that is known. What a caller may do is not decided here yet: everyone who is known may pull. */
@NullMarked
package dev.weir.access;

import org.jspecify.annotations.NullMarked;
