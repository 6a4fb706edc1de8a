/**
 * Which image a principal is served. The decision is a pure function: what the policies say of each image that a tag has pointed at,
 * with the time since this Weir first saw it. {@link dev.weir.gate.PullGate} reads what the decision needs.
 */
@NullMarked
package dev.weir.gate;

import org.jspecify.annotations.NullMarked;
