package dev.weir.access.identity;

import dev.weir.access.oidc.OidcIssuer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose word is taken.
 *
 * @param awsAccounts whose IAM principals may log in, twelve digits each
 * @param roles by name
 */
public record Identities(Set<String> awsAccounts, List<OidcIssuer> issuers, Map<String, Role> roles) {
    /** Nobody's. */
    public static final Identities NONE = new Identities(Set.of(), List.of(), Map.of());

    public Identities {
        awsAccounts = Set.copyOf(awsAccounts);
        issuers = List.copyOf(issuers);
        roles = Map.copyOf(roles);
    }
}
