/**
 * Speaking to a registry that is not ours: challenge and token, redirects, retries, timeouts, and the refusal to dial what
 * no rule should reach. What comes back is verified or it does not come back.
 *
 * <p>Source: distribution-spec 1.1; distribution, "Token Authentication Specification"; RFC 9110 §15.4 (redirects).
 */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
