package dev.weir.aws.secretsmanager;

import dev.weir.access.ControlKey;
import dev.weir.access.ControlKeys;
import dev.weir.access.ControlKeysDocument;
import dev.weir.time.WallClock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The admin API's keys in one secret, read at most every 60 s.
 *
 * <p>Shape: {@link ControlKeysDocument}. Errors: {@link IllegalStateException} that names the secret and the remedy.
 */
public final class SecretsManagerControlKeys implements ControlKeys {
    private final CachedSecret<Map<String, ControlKey>> secret;

    public SecretsManagerControlKeys(Supplier<SecretsManagerClient> client, String secret) {
        this.secret = new CachedSecret<>(
                client,
                new CachedSecret.Document<>(
                        secret,
                        ControlKeysDocument::parse,
                        Optional.empty(),
                        "store the text {\"access key id\":{\"secret\":\"...\",\"name\":\"ops\",\"role\":\"admin\"}} as its"
                                + " secret string"),
                WallClock.TICKER);
    }

    @Override
    public Map<String, ControlKey> keys() {
        return secret.current();
    }
}
