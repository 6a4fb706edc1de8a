package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Port: the registry's pull through cache rules, at most 50 (ECR's quota). */
public interface Rules {

    /** All rules, in no order. */
    List<PullThroughCacheRule> list();

    /** The rule with the longest prefix that covers the repository; {@code ROOT} catches what no other does. */
    default Optional<UpstreamRepository> match(RepositoryName repository) {
        return list().stream()
                .sorted(Comparator.comparingInt(Rules::specificity).reversed())
                .flatMap(rule -> rule.map(repository).stream())
                .findFirst();
    }

    private static int specificity(PullThroughCacheRule rule) {
        return rule.repositoryPrefix().isRoot()
                ? 0
                : rule.repositoryPrefix().value().length();
    }
}
