/** Looks upstream for the tags that are due, so that the pull after a release is a hit already. */
@NullMarked
package dev.weir.refresh;

import org.jspecify.annotations.NullMarked;
