package dev.weir.rules;

/**
 * A repository whose rule is deleted. What the rule cached is served, under the settings it had, and nothing is fetched. Its entries
 * are those of the rule's own origin: what an earlier rule of the prefix cached from elsewhere doesn't come back.
 *
 * @param cached as it was under its rule
 */
public record RetiredRepository(UpstreamRepository cached) implements UnfetchedRepository {
    /** The prefix of the deleted rule. */
    public RepositoryPrefix prefix() {
        return cached.rule().repositoryPrefix();
    }

    @Override
    public String toString() {
        return cached.toString();
    }
}
