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
 * What the policies say of an operation of the admin API. Of an image it is known what the call names it by, and nothing else.
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
     * @param image keys of the image that the call names: {@code weir:ImageTag}, {@code weir:ImageDigest}
     */
    public record Target(
            String arn,
            Optional<RepositoryName> name,
            Optional<Repository> repository,
            Map<String, List<String>> image) {
        /** What is no repository. */
        public static Target of(String arn) {
            return new Target(arn, Optional.empty(), Optional.empty(), Map.of());
        }

        /** The same repository, as for an image with this digest or tag. */
        public Target of(Optional<String> digest, Optional<String> tag) {
            Map<String, List<String>> keys = new TreeMap<>();
            digest.ifPresent(value -> keys.put(ConditionKeys.IMAGE_DIGEST, List.of(value)));
            tag.ifPresent(value -> keys.put(ConditionKeys.IMAGE_TAG, List.of(value)));
            return new Target(arn, name, repository, keys);
        }
    }

    /** @param action such as {@code ecr:PutImage} */
    public Decision decide(Principal principal, String action, Target target, AllowedBy allowedBy) {
        List<PolicyDocument> documents = target.name()
                .map(name -> policies.current().of(name))
                .orElseGet(() -> List.of(policies.current().registry()));
        Map<String, List<String>> keys =
                new TreeMap<>(target.repository().map(Gatekeeper::keys).orElse(Map.of()));
        keys.putAll(target.image());
        keys.put(ConditionKeys.CURRENT_TIME, List.of(clock.instant().toString()));
        return PolicyEvaluator.decide(documents, new AccessRequest(principal, action, target.arn(), keys), allowedBy);
    }
}
