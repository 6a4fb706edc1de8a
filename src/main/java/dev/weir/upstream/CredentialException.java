package dev.weir.upstream;

/**
 * A rule's upstream credential can't be read. The message names the secret and the remedy, and nothing of its content; upstream
 * was not asked.
 */
public final class CredentialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param secret its name
     * @param why what is wrong with it, and the remedy
     */
    public CredentialException(String secret, String why) {
        super("upstream credential '" + secret + "' " + why);
    }
}
