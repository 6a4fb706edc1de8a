/** Where everything is put together: {@link dev.weir.Wiring} is the table of contents, {@link dev.weir.Settings} what it reads. */
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
