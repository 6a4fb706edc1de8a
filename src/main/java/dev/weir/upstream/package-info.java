/**
 * Port: upstream registries, their credentials and their rate limits; and the circuit breaker that skips an upstream while it
 * fails. The adapter that speaks HTTP is {@code upstream.http}.
 */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
