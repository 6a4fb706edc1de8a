package dev.weir.rules;

import java.util.Optional;

/**
 * Which rule owns a repository name: one that is found, one that can't be read, or none. A hosted repository needs no rule.
 *
 * @param found the repository under the rule that owns it
 * @param unreadable the prefix of the rule that owns it, when that rule can't be read
 * @param hosted the repository, when it is one without an upstream
 * @param retired the repository of a deleted rule, when no rule owns its name now
 */
public record RuleMatch(
        Optional<UpstreamRepository> found,
        Optional<RepositoryPrefix> unreadable,
        Optional<HostedRepository> hosted,
        Optional<RetiredRepository> retired) {
    public static final RuleMatch NONE =
            new RuleMatch(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static RuleMatch found(UpstreamRepository repository) {
        return new RuleMatch(Optional.of(repository), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static RuleMatch unreadable(RepositoryPrefix prefix) {
        return new RuleMatch(Optional.empty(), Optional.of(prefix), Optional.empty(), Optional.empty());
    }

    static RuleMatch hosted(HostedRepository repository) {
        return new RuleMatch(Optional.empty(), Optional.empty(), Optional.of(repository), Optional.empty());
    }

    static RuleMatch retired(RetiredRepository repository) {
        return new RuleMatch(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(repository));
    }

    /** The repository of whichever kind. */
    public Optional<Repository> repository() {
        return found.<Repository>map(cached -> cached).or(() -> hosted).or(() -> retired);
    }
}
