/** Asks AWS STS and OIDC issuers, over HTTPS and at public addresses only. */
@NullMarked
package dev.weir.access.http;

import org.jspecify.annotations.NullMarked;
