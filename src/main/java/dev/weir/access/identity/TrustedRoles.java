package dev.weir.access.identity;

import dev.weir.access.AssumableRole;
import dev.weir.access.Principal;
import dev.weir.access.Roles;
import dev.weir.access.policy.AccessRequest;
import dev.weir.access.policy.ConditionKeys;
import dev.weir.access.policy.PolicyEvaluator;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Weir's own roles, opened by their trust policies.
 *
 * <p>Shape: {@code arn:<partition>:iam::<account>:role/weir/<name>}; the session keeps the identity's condition keys, but {@code
 * aws:PrincipalArn} and {@code aws:PrincipalAccount} are the role's.
 */
public final class TrustedRoles implements Roles {
    private static final String ACTION = "sts:AssumeRoleWithWebIdentity";

    private final Supplier<Identities> identities;
    private final String partition;
    private final String account;
    private final Clock clock;

    /** @param account the stack's, twelve digits */
    public TrustedRoles(Supplier<Identities> identities, String partition, String account, Clock clock) {
        this.identities = identities;
        this.partition = partition;
        this.account = account;
        this.clock = clock;
    }

    @Override
    public Optional<AssumableRole> find(String name, Principal identity) {
        String arn = "arn:" + partition + ":iam::" + account + ":role/weir/" + name;
        AccessRequest request = new AccessRequest(
                identity,
                ACTION,
                arn,
                Map.of(ConditionKeys.CURRENT_TIME, List.of(clock.instant().toString())));
        return Optional.ofNullable(identities.get().roles().get(name))
                .filter(role ->
                        PolicyEvaluator.decide(List.of(role.trust()), request).isAllowed())
                .map(role -> new AssumableRole(session(arn, identity), role.longestSession()));
    }

    private Principal session(String arn, Principal identity) {
        Map<String, List<String>> keys = new HashMap<>(identity.keys());
        keys.put(ConditionKeys.PRINCIPAL_ARN, List.of(arn));
        keys.put(ConditionKeys.PRINCIPAL_ACCOUNT, List.of(account));
        return new Principal(arn, keys);
    }
}
