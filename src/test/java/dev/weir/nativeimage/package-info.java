/** What native-image is given: whether it holds all that the functions look up by name at run time, and nothing that fails to compile. */
@NullMarked
package dev.weir.nativeimage;

import org.jspecify.annotations.NullMarked;
