package dev.weir.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Port: where the rules are kept, one by one. What this process writes its {@link Rules} know at once, other processes' within 30 s.
 *
 * <p>Reads are strongly consistent. A rule that can't be read is found by none of them, and can be removed.
 */
public interface RuleBook {

    Optional<StoredRule> find(RepositoryPrefix prefix);

    /**
     * Rules in the order of their prefixes.
     *
     * @param after the prefix after which to begin, whether or not there is a rule of it
     */
    List<StoredRule> list(Optional<RepositoryPrefix> after, int limit);

    /** How many there are, those that can't be read among them. */
    int count();

    /** Keeps a new rule; false when its prefix has one already, whether that can be read or not. */
    boolean create(StoredRule rule);

    /**
     * Keeps the first rules and settings of repositories, where there never was a rule; else changes nothing.
     *
     * @return whether there was none
     */
    boolean seed(RuleSet rules, Instant now);

    /**
     * Changes a rule as it is now: the change is made again when another process was faster.
     *
     * <p>Errors: those of the change.
     *
     * @return the rule as it is afterwards; empty when there is none that can be read
     */
    Optional<StoredRule> change(RepositoryPrefix prefix, UnaryOperator<StoredRule> change);

    /**
     * Removes a rule. What it cached stays: until its prefix has a rule again, the rules know it as {@link RuleSet#retired}.
     *
     * @return false when there was none
     */
    boolean delete(RepositoryPrefix prefix);
}
