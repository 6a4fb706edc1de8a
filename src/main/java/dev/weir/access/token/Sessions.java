package dev.weir.access.token;

import dev.weir.access.Caller;
import dev.weir.access.Principal;
import dev.weir.access.sigv4.AccessKey;
import dev.weir.access.sigv4.AccessKeys;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.access.sigv4.SignatureFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Keys for AWS tools, issued for an identity that was checked. The id and the secret are recomputed from the session token.
 *
 * <p>Shape: the id is {@code WEIR} and 16 hex digits, the secret 43 characters of base64url.
 */
public final class Sessions implements AccessKeys {
    /** The ids of all sessions begin so. */
    public static final String ID_PREFIX = "WEIR";

    private final SignedTokens tokens;
    private final Clock clock;

    public Sessions(SignedTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Errors: {@link TokenTooLargeException}.
     *
     * @param life at most {@link SignedTokens#LONGEST}
     */
    public SessionCredentials issue(Principal principal, Duration life) {
        IssuedToken token = tokens.issue(TokenKind.SESSION, principal, life);
        return new SessionCredentials(
                id(token.text()).orElseThrow(), secret(token.text()).orElseThrow(), token.text(), token.expiresAt());
    }

    @Override
    public AccessKey get(String accessKeyId, Optional<String> sessionToken) {
        String token = sessionToken.orElse("");
        TokenClaims claims = tokens.find(TokenKind.SESSION, token).orElseThrow(Sessions::unknown);
        if (!claims.expiresAt().isAfter(clock.instant())) {
            throw new SignatureException(
                    SignatureFailure.EXPIRED_TOKEN,
                    "the security token included in the request is expired: sign in again");
        }
        String secret = secret(token)
                .filter(known -> id(token).filter(accessKeyId::equals).isPresent())
                .orElseThrow(Sessions::unknown);
        return new AccessKey(secret, new Caller(claims.principal(), Caller.Role.DERIVED));
    }

    private Optional<String> id(String token) {
        return tokens.secretOf("id", token)
                .map(bytes -> ID_PREFIX + HexFormat.of().formatHex(bytes, 0, 8).toUpperCase(Locale.ROOT));
    }

    private Optional<String> secret(String token) {
        return tokens.secretOf("secret", token)
                .map(bytes -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    private static SignatureException unknown() {
        return new SignatureException(
                SignatureFailure.UNRECOGNIZED_CLIENT,
                "the security token included in the request is invalid: sign in again");
    }
}
