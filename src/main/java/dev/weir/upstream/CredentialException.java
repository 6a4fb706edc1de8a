package dev.weir.upstream;

import dev.weir.rules.PullThroughCacheRule;

/**
 * A rule's upstream credential can't be had. The message names the rule, the credential and the remedy, and nothing of its content;
 * upstream was not asked.
 */
public final class CredentialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String credential;
    private final String why;

    /**
     * @param credential its name
     * @param why what is wrong with it, and the remedy
     */
    public CredentialException(String credential, String why) {
        super("upstream credential '" + credential + "' " + why);
        this.credential = credential;
        this.why = why;
    }

    private CredentialException(CredentialException shared, PullThroughCacheRule rule) {
        super(
                "upstream credential '" + shared.credential + "' of rule '" + rule.repositoryPrefix() + "' "
                        + shared.why,
                shared);
        this.credential = shared.credential;
        this.why = shared.why;
    }

    /** The same failure, as one of the rules that share the credential meets it. */
    CredentialException of(PullThroughCacheRule rule) {
        return new CredentialException(this, rule);
    }
}
