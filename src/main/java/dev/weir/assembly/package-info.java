/**
 * The one object graph: adapters and settings in, the parts that functions and servers call out. The deployed functions, the
 * local server and the tests are all put together here.
 */
@NullMarked
package dev.weir.assembly;

import org.jspecify.annotations.NullMarked;
