/** What the suites share: an upstream registry that misbehaves on purpose, a clock moved by hand, a whole Weir on emulators. */
@NullMarked
package dev.weir.fake;

import org.jspecify.annotations.NullMarked;
