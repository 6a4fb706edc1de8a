package dev.weir.access;

import java.util.Optional;

/** Verifies passwords of one form. {@link Authenticator} asks the first whose form it is. */
public interface PasswordVerifier {

    /** Whether these credentials have the form that is verified here, judged by their text alone. */
    boolean isFor(BasicCredentials credentials);

    /**
     * Who it is, if these very credentials were verified lately and are still in force. Costs no hash of a password and no call.
     */
    default Optional<Principal> remembered(BasicCredentials credentials, String registryHost) {
        return Optional.empty();
    }

    /**
     * The name that failures are counted under, beside the address: a user's name, an access key id. Not verified yet. Empty where
     * there is no such name.
     */
    String claimedName(BasicCredentials credentials);

    /**
     * The claimed name as it may be written to a log: a password that was typed where the name belongs is not in it. Costs the same
     * whether there is such a name. Empty where there is none.
     */
    default String loggedName(BasicCredentials credentials) {
        return claimedName(credentials);
    }

    /**
     * Empty when the credentials are wrong, expired, or made for another registry.
     *
     * <p>Errors: {@link LoginUnavailableException} when that can't be found out now.
     */
    Optional<Principal> verify(BasicCredentials credentials, String registryHost);
}
