/** Lets one process at a time do a piece of work, across all processes, while the others wait for its result. */
@NullMarked
package dev.weir.lease;

import org.jspecify.annotations.NullMarked;
