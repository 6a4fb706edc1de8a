/** Time as the other packages need it: deadlines, waiting, and the clock that caches expire by. */
@NullMarked
package dev.weir.time;

import org.jspecify.annotations.NullMarked;
