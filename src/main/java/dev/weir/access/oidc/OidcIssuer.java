package dev.weir.access.oidc;

import java.net.URI;
import java.util.Optional;

/**
 * An issuer whose tokens are taken.
 *
 * @param alias how principals are named after it: {@code oidc:<alias>:<subject>}
 * @param issuer the https URL that is the claim {@code iss}, character by character
 * @param jwks the JSON Web Key Set, where it is pasted in; else it is found by discovery
 */
public record OidcIssuer(String alias, URI issuer, Optional<String> jwks) {

    /** {@code host[/path]}, as IAM names an issuer in trust policies. */
    String provider() {
        return issuer.toString().substring("https://".length());
    }

    /** {@code <issuer>/.well-known/openid-configuration}. */
    public URI discovery() {
        String text = issuer.toString();
        return URI.create((text.endsWith("/") ? text : text + "/") + ".well-known/openid-configuration");
    }
}
