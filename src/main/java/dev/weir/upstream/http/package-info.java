/**
 * An upstream registry over HTTP: challenge and token, redirects, retries, timeouts, and the check of each address before it is
 * dialled. Content is verified before it is handed on.
 *
 * <p>Source: distribution-spec 1.1; distribution, "Token Authentication Specification"; RFC 9110 §15.4 (redirects).
 */
@NullMarked
package dev.weir.upstream.http;

import org.jspecify.annotations.NullMarked;
