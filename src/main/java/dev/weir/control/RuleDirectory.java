package dev.weir.control;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleBook;
import dev.weir.rules.StoredRule;

/** Finds the rules that calls name. */
public record RuleDirectory(RuleBook book, RegistryIdentity identity) {

    /** The prefix that the call names. Errors: InvalidParameterException, of another registry too. */
    RepositoryPrefix prefix(EcrCall call) {
        requireThisRegistry(call);
        return call.parse(RuleJson.PREFIX, RepositoryPrefix::parse);
    }

    /** A {@code registryId} may be left out. Errors: InvalidParameterException of another registry. */
    void requireThisRegistry(EcrCall call) {
        call.findText("registryId").filter(id -> !id.equals(identity.account())).ifPresent(id -> {
            throw EcrException.invalid("registryId", "must be '" + identity.account() + "', which this registry is");
        });
    }

    /** Errors: PullThroughCacheRuleNotFoundException. */
    StoredRule get(RepositoryPrefix prefix) {
        return book.find(prefix).orElseThrow(() -> notFound(prefix));
    }

    EcrException notFound(RepositoryPrefix prefix) {
        return new EcrException(
                EcrException.Code.PULL_THROUGH_CACHE_RULE_NOT_FOUND,
                "The pull through cache rule with prefix '" + prefix + "' does not exist in the registry with id '"
                        + identity.account() + "'");
    }

    /** What the audit line calls a rule. */
    static String target(RepositoryPrefix prefix) {
        return "pull-through-cache-rule/" + prefix;
    }
}
