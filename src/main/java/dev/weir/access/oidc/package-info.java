/** Identities of OpenID Connect issuers: CI jobs, service accounts of clusters, people. A client proves who it is by the issuer's JWT. */
@NullMarked
package dev.weir.access.oidc;

import org.jspecify.annotations.NullMarked;
