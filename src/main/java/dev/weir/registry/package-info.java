/**
 * The pulling half of the distribution API: a request parsed once into a {@link dev.weir.registry.Route}, answered from the
 * cache, its one error rendered once.
 *
 * <p>Source: distribution-spec 1.1, "Pull", "Content Discovery", "Error Codes".
 */
@NullMarked
package dev.weir.registry;

import org.jspecify.annotations.NullMarked;
