package dev.weir.fake;

import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.SigningKeySet;
import dev.weir.access.token.SigningKeysDocument;
import java.time.Clock;

/** Signed tokens of a registry whose signing key is always the same. */
public final class Tokens {
    private static final SigningKeySet KEYS =
            SigningKeysDocument.parse("{\"k1\":\"0123456789abcdef0123456789abcdef\"}");

    private Tokens() {}

    public static SignedTokens at(Clock clock) {
        return new SignedTokens(() -> KEYS, clock);
    }
}
