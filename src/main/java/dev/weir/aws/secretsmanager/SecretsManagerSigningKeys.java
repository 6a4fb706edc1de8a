package dev.weir.aws.secretsmanager;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.access.token.SigningKeySet;
import dev.weir.access.token.SigningKeys;
import dev.weir.access.token.SigningKeysDocument;
import dev.weir.time.WallClock;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The keys that sign tokens in one secret, read at most every 60 s.
 *
 * <p>Shape: {@link SigningKeysDocument}. Errors: {@link IllegalStateException} that names the secret and the remedy.
 */
public final class SecretsManagerSigningKeys implements SigningKeys {
    private final CachedSecret<SigningKeySet> secret;

    public SecretsManagerSigningKeys(Supplier<SecretsManagerClient> client, String secret) {
        this(client, secret, WallClock.TICKER);
    }

    SecretsManagerSigningKeys(Supplier<SecretsManagerClient> client, String secret, Ticker ticker) {
        this.secret = new CachedSecret<>(
                client,
                new CachedSecret.Document<>(
                        secret,
                        SigningKeysDocument::parse,
                        Optional.empty(),
                        "store the text {\"<key id>\":{\"secret\":\"...\",\"createdAt\":\"2026-11-25T10:00:00Z\"}} as its secret"
                                + " string"),
                ticker);
    }

    @Override
    public SigningKeySet current() {
        return secret.current();
    }
}
