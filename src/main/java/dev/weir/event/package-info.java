/** What the cache asks of other functions, and what it reports to whoever listens on the bus. */
@NullMarked
package dev.weir.event;

import org.jspecify.annotations.NullMarked;
