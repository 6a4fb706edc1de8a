package dev.weir.access.oidc;

import java.io.IOException;

/** Port: reads an issuer's key set by discovery. */
public interface IssuerDocuments {

    /**
     * The JSON Web Key Set.
     *
     * @throws IOException when the issuer can't be reached, or its documents are not those of discovery
     */
    String jwks(OidcIssuer issuer) throws IOException;
}
