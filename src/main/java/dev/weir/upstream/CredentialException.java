package dev.weir.upstream;

import dev.weir.rules.PullThroughCacheRule;

/**
 * A rule's upstream credential can't be had. The message names the rule, the credential and the remedy, and nothing of its content;
 * upstream was not asked.
 */
public final class CredentialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it, as far as who set it up has to tell apart. */
    public enum Kind {
        /** There is no such secret. */
        NOT_FOUND,
        /** It may not be read, or where it is kept can't be reached. */
        NOT_ACCESSIBLE,
        /** Its key may not be used. */
        NOT_DECRYPTABLE,
        /** It was read, and is of no use; or it is not a secret. */
        UNUSABLE
    }

    private final Kind kind;
    private final String credential;
    private final String why;

    /**
     * @param credential its name
     * @param why what is wrong with it, and the remedy
     */
    public CredentialException(String credential, String why) {
        this(Kind.UNUSABLE, credential, why);
    }

    /** The same, of a kind. */
    public CredentialException(Kind kind, String credential, String why) {
        super("upstream credential '" + credential + "' " + why);
        this.kind = kind;
        this.credential = credential;
        this.why = why;
    }

    private CredentialException(CredentialException shared, PullThroughCacheRule rule) {
        super(
                "upstream credential '" + shared.credential + "' of rule '" + rule.repositoryPrefix() + "' "
                        + shared.why,
                shared);
        this.kind = shared.kind;
        this.credential = shared.credential;
        this.why = shared.why;
    }

    public Kind kind() {
        return kind;
    }

    /** The same failure, as one of the rules that share the credential meets it. */
    CredentialException of(PullThroughCacheRule rule) {
        return new CredentialException(this, rule);
    }
}
