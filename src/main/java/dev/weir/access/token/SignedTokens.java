package dev.weir.access.token;

import dev.weir.access.ClientAddress;
import dev.weir.access.HmacSha256;
import dev.weir.access.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Issues tokens and verifies them, without a store.
 *
 * <p>Shape: {@code weir-v1.<key id>.<base64url of the claims' JSON>.<base64url of HMAC-SHA256>}, at most 6,000 characters, so that
 * one fits in a Basic header: API Gateway takes 10,240 bytes of headers.
 */
public final class SignedTokens {
    /** The longest life of a token. */
    public static final Duration LONGEST = Duration.ofHours(12);

    private static final String VERSION = "weir-v1.";
    private static final int MAX_LENGTH = 6000;
    private static final Pattern TOKEN =
            Pattern.compile("(weir-v1\\.([A-Za-z0-9_-]{1,32})\\.([A-Za-z0-9_-]+))\\.([A-Za-z0-9_-]{43})");

    private final SigningKeys keys;
    private final Clock clock;

    public SignedTokens(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Whether a text claims to be a token of this registry. */
    public static boolean isToken(String text) {
        return text.startsWith(VERSION);
    }

    /**
     * A token for the principal, wherever it calls from later. Errors: {@link TokenTooLargeException}.
     *
     * @param life at most {@link #LONGEST}
     */
    public IssuedToken issue(TokenKind kind, Principal principal, Duration life) {
        if (life.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a token of " + life + " was asked for: allowed is up to " + LONGEST);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        SigningKey key = keys.current().signing(now);
        TokenClaims claims = new TokenClaims(kind, principal.from(ClientAddress.UNKNOWN), now, now.plus(life));
        String signed = VERSION + key.id() + "." + base64(ClaimsJson.write(claims));
        String text = signed + "." + base64(signature(key, signed));
        if (text.length() > MAX_LENGTH) {
            throw new TokenTooLargeException(principal.name(), text.length(), MAX_LENGTH);
        }
        return new IssuedToken(text, claims.expiresAt());
    }

    /** Empty where the token is not of this registry and kind, was revoked, or is over. */
    public Optional<TokenClaims> verify(TokenKind kind, String text) {
        return find(kind, text).filter(claims -> claims.expiresAt().isAfter(clock.instant()));
    }

    /** As {@link #verify}, but a token that is over is found as well. */
    Optional<TokenClaims> find(TokenKind kind, String text) {
        Matcher parts = TOKEN.matcher(text.length() > MAX_LENGTH ? "" : text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        SigningKeySet set = keys.current();
        return set.find(parts.group(2))
                .filter(key -> MessageDigest.isEqual(
                        base64(signature(key, parts.group(1))).getBytes(StandardCharsets.US_ASCII),
                        parts.group(4).getBytes(StandardCharsets.US_ASCII)))
                .map(key -> ClaimsJson.read(Base64.getUrlDecoder().decode(parts.group(3))))
                .filter(claims -> claims.kind() == kind
                        && !set.isRevoked(claims.principal().name(), claims.issuedAt()));
    }

    /**
     * A secret that belongs to a token and that nobody can tell from it: the same for as long as its key is held. Empty where the
     * key is not held.
     *
     * @param purpose tells secrets of one token apart
     */
    Optional<byte[]> secretOf(String purpose, String token) {
        Matcher parts = TOKEN.matcher(token);
        return parts.matches()
                ? keys.current().find(parts.group(2)).map(key -> HmacSha256.of(bytes(key), purpose + "\n" + token))
                : Optional.empty();
    }

    private static byte[] signature(SigningKey key, String signed) {
        return HmacSha256.of(bytes(key), "token\n" + signed);
    }

    private static byte[] bytes(SigningKey key) {
        return key.secret().getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
