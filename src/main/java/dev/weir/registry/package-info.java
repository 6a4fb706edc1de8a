/**
 * The pulling half of the distribution API: a request parsed once into a route, answered from the cache, its one error
 * rendered once.
 *
 * <pre>
 * upstream says                                        with a copy   without
 * 404                                                  the copy      404, remembered for 60 s
 * 401, 403                                             the copy      403 DENIED
 * 429                                                  the copy      429 with Retry-After
 * 5xx, no connection, silence                          the copy      502 or 504
 * wrong digest or length, not a manifest, a forbidden
 * address or redirect                                  the copy      502, nothing stored, the next request tries again
 * </pre>
 *
 * <p>Source: distribution-spec 1.1, "Pull", "Content Discovery", "Error Codes".
 */
@NullMarked
package dev.weir.registry;

import org.jspecify.annotations.NullMarked;
