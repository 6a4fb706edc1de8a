package dev.weir.rules;

import java.util.Optional;

/**
 * Which rule owns a repository name: one that is found, one that can't be read, or none.
 *
 * @param found the repository under the rule that owns it
 * @param unreadable the prefix of the rule that owns it, when that rule can't be read
 */
public record RuleMatch(Optional<UpstreamRepository> found, Optional<RepositoryPrefix> unreadable) {
    public static final RuleMatch NONE = new RuleMatch(Optional.empty(), Optional.empty());

    static RuleMatch found(UpstreamRepository repository) {
        return new RuleMatch(Optional.of(repository), Optional.empty());
    }

    static RuleMatch unreadable(RepositoryPrefix prefix) {
        return new RuleMatch(Optional.empty(), Optional.of(prefix));
    }
}
