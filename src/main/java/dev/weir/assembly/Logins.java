package dev.weir.assembly;

import dev.weir.access.Authenticator;
import dev.weir.access.FailedLogins;
import dev.weir.access.Roles;
import dev.weir.access.UserPasswords;
import dev.weir.access.Users;
import dev.weir.access.iam.CallerIdentities;
import dev.weir.access.iam.IamLogins;
import dev.weir.access.iam.Partition;
import dev.weir.access.identity.Identities;
import dev.weir.access.identity.TrustedRoles;
import dev.weir.access.oidc.IssuerDocuments;
import dev.weir.access.oidc.OidcLogins;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.TokenPasswords;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whose word is taken for who calls. The same for authorizer, admin API and a laptop.
 *
 * @param identities at most a minute old
 * @param callers asks STS
 * @param issuers asks OIDC issuers
 * @param partition of this stack: AWS accounts of others are not known here
 */
public record Logins(
        Users users,
        Supplier<Identities> identities,
        CallerIdentities callers,
        IssuerDocuments issuers,
        Partition partition) {

    /** The door for everything that comes as user and password. */
    public Authenticator authenticator(SignedTokens tokens, Clock clock) {
        return new Authenticator(
                List.of(
                        new TokenPasswords(tokens),
                        new IamLogins(callers, () -> identities.get().awsAccounts(), partition, clock),
                        new OidcLogins(() -> identities.get().issuers(), issuers, clock),
                        new UserPasswords(users, clock)),
                new FailedLogins(clock));
    }

    /** @param account the stack's, twelve digits */
    public Roles roles(String account, Clock clock) {
        return new TrustedRoles(identities, partition.id(), account, clock);
    }
}
