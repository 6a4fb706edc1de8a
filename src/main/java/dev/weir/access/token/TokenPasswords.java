package dev.weir.access.token;

import dev.weir.access.BasicCredentials;
import dev.weir.access.PasswordVerifier;
import dev.weir.access.Principal;
import java.util.Optional;

/**
 * Verifies the 12-hour passwords of user {@code AWS}. That costs so little that whoever holds one is let in also while failed logins
 * are limited.
 */
public final class TokenPasswords implements PasswordVerifier {
    /** The user name of every 12-hour password, as ECR has it. */
    public static final String USER = "AWS";

    private final SignedTokens tokens;

    public TokenPasswords(SignedTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public boolean isFor(BasicCredentials credentials) {
        return credentials.username().equals(USER) && SignedTokens.isToken(credentials.password());
    }

    @Override
    public Optional<Principal> remembered(BasicCredentials credentials, String registryHost) {
        return verify(credentials, registryHost);
    }

    /** None: whom a token names is known once it is verified. */
    @Override
    public String claimedName(BasicCredentials credentials) {
        return "";
    }

    @Override
    public Optional<Principal> verify(BasicCredentials credentials, String registryHost) {
        return tokens.verify(TokenKind.PASSWORD, credentials.password()).map(TokenClaims::principal);
    }
}
