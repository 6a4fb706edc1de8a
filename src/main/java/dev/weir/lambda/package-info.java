/** The functions: event in, event out. {@code QUARKUS_LAMBDA_HANDLER} picks one by its name. */
@NullMarked
package dev.weir.lambda;

import org.jspecify.annotations.NullMarked;
