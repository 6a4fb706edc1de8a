/**
 * Whose word is taken for who somebody is: one document of AWS accounts, OIDC issuers and Weir's own roles. {@link
 * dev.weir.access.identity.IdentitiesDocument} has its shape.
 */
@NullMarked
package dev.weir.access.identity;

import org.jspecify.annotations.NullMarked;
