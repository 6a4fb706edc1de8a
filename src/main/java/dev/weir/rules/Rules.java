package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Port: the registry's pull through cache rules, at most 50 (ECR's quota). */
public interface Rules {

    /** All rules, in no order. */
    List<PullThroughCacheRule> list();

    /** What single repositories, by the name they are cached under, say otherwise than their rule. */
    default Map<RepositoryName, TagMutability> tagMutability() {
        return Map.of();
    }

    /** The rule with the longest prefix that covers the repository; {@code ROOT} catches what no other does. */
    default Optional<UpstreamRepository> match(RepositoryName repository) {
        return covering(repository).map(this::withItsOwn);
    }

    /** The same, with nothing but what the rule says. */
    default Optional<UpstreamRepository> covering(RepositoryName repository) {
        return list().stream()
                .sorted(Comparator.comparingInt(Rules::specificity).reversed())
                .flatMap(rule -> rule.map(repository).stream())
                .findFirst();
    }

    /**
     * The repository as a mirror's client names it, which leaves our prefix out and says whose mirror it takes us for:
     * {@code library/alpine} of {@code docker.io}.
     *
     * @param registry the registry that the client wanted; only compared with the rules' upstreams
     */
    default Optional<UpstreamRepository> matchMirrored(String registry, RepositoryName repository) {
        return list().stream()
                .filter(rule -> rule.upstreamUrl().isKnownAs(registry))
                .filter(rule -> rule.upstreamRepositoryPrefix().isRoot())
                .flatMap(rule ->
                        rule.map(RepositoryName.parse(rule.repositoryPrefix().prepend(repository.value()))).stream())
                .findFirst()
                .map(this::withItsOwn);
    }

    private UpstreamRepository withItsOwn(UpstreamRepository found) {
        return found.with(tagMutability().getOrDefault(found.name(), found.tagMutability()));
    }

    private static int specificity(PullThroughCacheRule rule) {
        return rule.repositoryPrefix().isRoot()
                ? 0
                : rule.repositoryPrefix().value().length();
    }
}
