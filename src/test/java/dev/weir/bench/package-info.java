/** The benchmarks, {@code ./mvnw -Pbench verify}: they print figures and pass no verdict. */
@NullMarked
package dev.weir.bench;

import org.jspecify.annotations.NullMarked;
