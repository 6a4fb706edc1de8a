package dev.weir.rules;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    /** Prefixes of rules that can't be read: what they cover is nobody else's. */
    default Set<RepositoryPrefix> unreadable() {
        return Set.of();
    }

    /**
     * The same, with nothing but what the rule says.
     *
     * <p>Errors: {@link RegistryException} UNKNOWN when the rule that covers the repository can't be read; a shorter prefix must not
     * send its pulls to another upstream.
     */
    default Optional<UpstreamRepository> covering(RepositoryName repository) {
        Optional<UpstreamRepository> found = list().stream()
                .sorted(Comparator.comparingInt((PullThroughCacheRule rule) -> specificity(rule.repositoryPrefix()))
                        .reversed())
                .flatMap(rule -> rule.map(repository).stream())
                .findFirst();
        int specificity =
                found.map(one -> specificity(one.rule().repositoryPrefix())).orElse(-1);
        unreadable().stream()
                .filter(prefix -> prefix.remainderOf(repository.value()).isPresent())
                .filter(prefix -> specificity(prefix) > specificity)
                .findFirst()
                .ifPresent(prefix -> {
                    throw new RegistryException(
                            ErrorCode.UNKNOWN,
                            "the pull through cache rule '" + prefix + "' can't be read: write it anew");
                });
        return found;
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

    private static int specificity(RepositoryPrefix prefix) {
        return prefix.isRoot() ? 0 : prefix.value().length();
    }
}
