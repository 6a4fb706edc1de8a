/** What the table promises, tried on every adapter. */
@NullMarked
package dev.weir.table;

import org.jspecify.annotations.NullMarked;
