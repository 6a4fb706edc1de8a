package dev.weir.control.sts;

import dev.weir.access.Principal;
import dev.weir.control.RegistryIdentity;
import java.util.List;

/**
 * Who a caller is, in the words of GetCallerIdentity. Terraform takes the account from the ARN, so every caller has one.
 *
 * <p>Shape: {@code arn:…:sts::<account>:assumed-role/weir/<name>/<session>} for a session of a role,
 * {@code arn:…:iam::<account>:user/weir/key/<name>} for a control key; {@code user/weir/…} with the principal's name for all others.
 */
record CallerIdentity(String arn, String userId, String account) {
    /** The condition key that holds the name of a role's session. */
    static final String SESSION_NAME = "sts:RoleSessionName";

    private static final String OWN_PREFIX = "weir:";

    static CallerIdentity of(Principal principal, RegistryIdentity registry) {
        String roles = rolesArn(registry);
        String account = registry.account();
        if (principal.name().startsWith(roles)) {
            String session = String.join("", principal.keys().getOrDefault(SESSION_NAME, List.of()));
            String name = principal.name().substring(roles.length());
            return new CallerIdentity(
                    arn(registry, "sts", "assumed-role/weir/" + name + "/" + session), name + ":" + session, account);
        }
        String name = principal.name().startsWith(OWN_PREFIX)
                ? principal.name().substring(OWN_PREFIX.length())
                : principal.name();
        return new CallerIdentity(arn(registry, "iam", "user/weir/" + name), name, account);
    }

    /** What the ARN of every role of this registry begins with. */
    static String rolesArn(RegistryIdentity registry) {
        return arn(registry, "iam", "role/weir/");
    }

    private static String arn(RegistryIdentity registry, String service, String resource) {
        return "arn:" + registry.partition() + ":" + service + "::" + registry.account() + ":" + resource;
    }
}
