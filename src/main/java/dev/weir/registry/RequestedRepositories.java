package dev.weir.registry;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.Printable;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.rules.RuleMatch;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import java.time.Instant;
import java.util.Optional;

/** The repositories that the names in one request mean. The rules are read when the first is asked for: {@code /v2/} needs none. */
record RequestedRepositories(RegistryRequest request, Rules rules, RequestLog log) {

    /** The moment at which tags of the repository are meant; empty for now. */
    Optional<Instant> asOf(RepositoryName asked) {
        return DatedName.of(asked).asOf();
    }

    /** The repository of a name that is cached; empty where no rule covers it any more. */
    Optional<Repository> find(RepositoryName cached) {
        return rules.current().match(cached).repository();
    }

    /**
     * {@code ns} is the registry that a containerd mirror is asked on behalf of. It picks the rule, and is never dialled: a
     * registry that no rule is for is not answered from another.
     */
    Repository get(RepositoryName asked) {
        RepositoryName name = DatedName.of(asked).name();
        Optional<String> registry = request.queryValue("ns").filter(ns -> !request.isFor(ns));
        RuleSet current = rules.current();
        RuleMatch match = registry.map(ns -> current.matchMirrored(ns, name)).orElseGet(() -> current.match(name));
        match.unreadable().ifPresent(prefix -> {
            throw new RegistryException(
                    ErrorCode.UNKNOWN, "the pull through cache rule '" + prefix + "' can't be read: write it anew");
        });
        Repository found = match.repository().orElseThrow(() -> unknown(name, registry));
        log.repository(found);
        return found;
    }

    private static RegistryException unknown(RepositoryName name, Optional<String> registry) {
        String of =
                registry.map(ns -> " of registry '" + Printable.of(ns) + "'").orElse("");
        return new RegistryException(
                ErrorCode.NAME_UNKNOWN,
                "no pull through cache rule covers repository '" + name + "'" + of + ": add one for its "
                        + (registry.isPresent() ? "registry" : "prefix, or create the repository"));
    }
}
