/** How a pull is answered: from the copy while it is fresh, after one HEAD when it is stale, from upstream when there is none. */
@NullMarked
package dev.weir.pull;

import org.jspecify.annotations.NullMarked;
