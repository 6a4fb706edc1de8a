package dev.weir.gate;

import dev.weir.access.Principal;
import dev.weir.access.policy.ConditionKeys;
import dev.weir.access.policy.Policies;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.UnfetchedRepository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.Sightings;
import dev.weir.store.TagStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the gates of single requests.
 *
 * @param repositoryArns what the ARN of a repository begins with: {@code arn:aws:ecr:eu-west-1:111122223333:repository/}
 */
public record Gatekeeper(Policies policies, Sightings sightings, TagStore tags, String repositoryArns, Clock clock) {

    /** The gate for one request of the principal. */
    public PullGate of(Principal principal) {
        return new PullGate(this, principal);
    }

    RepositoryPolicy policy(Repository repository, Principal principal) {
        return policy(repository.name(), Optional.of(repository), principal);
    }

    /** @param repository empty where no rule covers the name any more */
    RepositoryPolicy policy(RepositoryName name, Optional<Repository> repository, Principal principal) {
        List<PolicyDocument> documents = new ArrayList<>(policies.current().of(name));
        repository.flatMap(known -> GateSettings.of(known).statement(known)).ifPresent(documents::add);
        return new RepositoryPolicy(
                documents,
                principal,
                repositoryArns + name,
                repository.map(Gatekeeper::keys).orElse(Map.of()),
                repository.map(Repository::settings).flatMap(RepositorySettings::release));
    }

    static Map<String, List<String>> keys(Repository repository) {
        return upstream(repository)
                .map(cached -> Map.of(
                        ConditionKeys.RULE,
                                List.of(cached.rule().repositoryPrefix().value()),
                        ConditionKeys.UPSTREAM_REGISTRY,
                                List.of(cached.origin().value().split("/", 2)[0])))
                .orElse(Map.of());
    }

    static Optional<UpstreamRepository> upstream(Repository repository) {
        if (repository instanceof UnfetchedRepository unfetched) {
            return Optional.of(unfetched.cached());
        }
        return repository instanceof UpstreamRepository cached ? Optional.of(cached) : Optional.empty();
    }
}
