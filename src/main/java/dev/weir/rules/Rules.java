package dev.weir.rules;

/** Port: the pull through cache rules of this registry. */
public interface Rules {

    /** One consistent snapshot, at most 30 s old; the last good one for a while when the rules can't be read. */
    RuleSet current();

    /** What this process has just written it knows at once. */
    default void noteWrite() {}
}
