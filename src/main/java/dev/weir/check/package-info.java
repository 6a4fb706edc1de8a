/** Decides when a cached tag is trusted, and asks upstream by one HEAD whether it has moved. */
@NullMarked
package dev.weir.check;

import org.jspecify.annotations.NullMarked;
