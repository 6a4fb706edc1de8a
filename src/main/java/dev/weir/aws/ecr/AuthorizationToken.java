package dev.weir.aws.ecr;

import dev.weir.upstream.Credential;
import dev.weir.upstream.Credential.Reach;
import dev.weir.upstream.CredentialCache.Kept;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What GetAuthorizationToken answers, of ECR and of ECR Public alike. Shape: base64 of {@code AWS:<password>}; it lives 12 hours, and is
 * read again 15 minutes before.
 */
final class AuthorizationToken {
    private static final Duration MARGIN = Duration.ofMinutes(15);
    private static final int MAX_LENGTH = 64 * 1024;

    private AuthorizationToken() {}

    /** Empty when it is not a token. */
    static Optional<Kept> parse(String token, Instant expiresAt) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon <= 0 || colon == pair.length() - 1) {
                return Optional.empty();
            }
            Credential credential = new Credential(pair.substring(0, colon), pair.substring(colon + 1), Reach.HOST);
            return Optional.of(new Kept(credential, expiresAt.minus(MARGIN), expiresAt));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
