package dev.weir.gate;

import dev.weir.access.Principal;
import dev.weir.access.policy.AccessRequest;
import dev.weir.access.policy.ConditionKeys;
import dev.weir.access.policy.Decision;
import dev.weir.access.policy.Policies;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicyEvaluator;
import dev.weir.access.policy.PolicyEvaluator.AllowedBy;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the policies say of an operation of the admin API. Which image it is about plays no part: keys of images are missing.
 *
 * <p>Errors: {@code StoreException} when the policies were never read.
 */
public record OperationGate(Policies policies, Clock clock) {

    /**
     * What an operation is done to.
     *
     * @param arn as statements name it; {@code *} for the registry as a whole
     * @param name of the repository whose own policy counts too; empty for what is no repository
     * @param repository what the name means now; empty where no rule covers it and nothing is held
     */
    public record Target(String arn, Optional<RepositoryName> name, Optional<Repository> repository) {
        /** What is no repository. */
        public static Target of(String arn) {
            return new Target(arn, Optional.empty(), Optional.empty());
        }
    }

    /** @param action such as {@code ecr:PutImage} */
    public Decision decide(Principal principal, String action, Target target, AllowedBy allowedBy) {
        List<PolicyDocument> documents = target.name()
                .map(name -> policies.current().of(name))
                .orElseGet(() -> List.of(policies.current().registry()));
        Map<String, List<String>> keys =
                new TreeMap<>(target.repository().map(Gatekeeper::keys).orElse(Map.of()));
        keys.put(ConditionKeys.CURRENT_TIME, List.of(clock.instant().toString()));
        return PolicyEvaluator.decide(documents, new AccessRequest(principal, action, target.arn(), keys), allowedBy);
    }
}
