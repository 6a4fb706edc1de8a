package dev.weir.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.policy.MalformedPolicyException;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicyStore;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.rules.Rules;
import java.util.Map;
import java.util.Optional;

/**
 * The registry's policy and those of repositories. They decide who may pull, and what derived callers may do here; what a key of role
 * admin or read may do is decided by its role, so no policy locks those out, and ECR's {@code force} is not needed.
 */
public final class PolicyOperations implements OperationSet {
    private static final String TEXT = "policyText";
    private static final String REPOSITORY = "repositoryName";
    private static final String NOTHING = "-";

    private final PolicyStore policies;
    private final Rules rules;
    private final RegistryIdentity identity;

    public PolicyOperations(PolicyStore policies, Rules rules, RegistryIdentity identity) {
        this.policies = policies;
        this.rules = rules;
        this.identity = identity;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "GetRegistryPolicy", this::getRegistryPolicy,
                "PutRegistryPolicy", this::putRegistryPolicy,
                "DeleteRegistryPolicy", this::deleteRegistryPolicy,
                "GetRepositoryPolicy", this::getRepositoryPolicy,
                "SetRepositoryPolicy", this::setRepositoryPolicy,
                "DeleteRepositoryPolicy", this::deleteRepositoryPolicy);
    }

    /** Never empty: a registry without a policy of its own has the default one. */
    private ObjectNode getRegistryPolicy(EcrCall call) {
        return answer(policies.latest().registry());
    }

    private ObjectNode putRegistryPolicy(EcrCall call) {
        PolicyDocument before = policies.latest().registry();
        PolicyDocument after = document(call);
        policies.putRegistryPolicy(after);
        call.changed("registry-policy", before.text(), after.text());
        return answer(after);
    }

    /** The default policy counts from then on. */
    private ObjectNode deleteRegistryPolicy(EcrCall call) {
        Optional<PolicyDocument> before = policies.latest().own();
        if (before.isEmpty() || !policies.deleteRegistryPolicy()) {
            throw new EcrException(
                    EcrException.Code.REGISTRY_POLICY_NOT_FOUND,
                    "Registry policy does not exist in the registry with id '" + identity.account()
                            + "': its default policy counts, and can't be deleted");
        }
        call.changed("registry-policy", before.get().text(), NOTHING);
        return answer(before.get());
    }

    private ObjectNode getRepositoryPolicy(EcrCall call) {
        RepositoryName repository = repository(call);
        return answer(find(repository).orElseThrow(() -> notFound(call)), call);
    }

    private ObjectNode setRepositoryPolicy(EcrCall call) {
        RepositoryName repository = repository(call);
        String before = find(repository).map(PolicyDocument::text).orElse(NOTHING);
        PolicyDocument after = document(call);
        policies.putRepositoryPolicy(repository, after);
        call.changed(target(repository), before, after.text());
        return answer(after, call);
    }

    private ObjectNode deleteRepositoryPolicy(EcrCall call) {
        RepositoryName repository = repository(call);
        PolicyDocument before = find(repository).orElseThrow(() -> notFound(call));
        policies.deleteRepositoryPolicy(repository);
        call.changed(target(repository), before.text(), NOTHING);
        return answer(before, call);
    }

    private Optional<PolicyDocument> find(RepositoryName repository) {
        return Optional.ofNullable(policies.latest().repositories().get(repository));
    }

    private static String target(RepositoryName repository) {
        return "repository-policy/" + repository;
    }

    /** What the repository is cached under: {@code docker-hub/alpine} is {@code docker-hub/library/alpine}. */
    private RepositoryName repository(EcrCall call) {
        RepositoryName named = call.parse(REPOSITORY, RepositoryName::parse);
        return rules.current()
                .match(named)
                .repository()
                .map(Repository::name)
                .orElseThrow(() -> new EcrException(
                        EcrException.Code.REPOSITORY_NOT_FOUND,
                        "The repository with name '" + named + "' does not exist in the registry with id '"
                                + identity.account() + "', and no pull through cache rule covers it"));
    }

    private static PolicyDocument document(EcrCall call) {
        try {
            return PolicyDocument.parse(call.text(TEXT));
        } catch (MalformedPolicyException e) {
            throw EcrException.invalid(TEXT, String.valueOf(e.getMessage()));
        }
    }

    private EcrException notFound(EcrCall call) {
        return new EcrException(
                EcrException.Code.REPOSITORY_POLICY_NOT_FOUND,
                "Repository policy does not exist for the repository with name '" + call.text(REPOSITORY)
                        + "' in the registry with id '" + identity.account() + "'");
    }

    private ObjectNode answer(PolicyDocument document) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("registryId", identity.account())
                .put(TEXT, document.text());
    }

    private ObjectNode answer(PolicyDocument document, EcrCall call) {
        return answer(document).put(REPOSITORY, call.text(REPOSITORY));
    }
}
