package dev.weir.aws.secretsmanager;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.access.UserEntry;
import dev.weir.access.Users;
import dev.weir.access.UsersDocument;
import dev.weir.time.WallClock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The users in one secret, read at most every 60 s. While Secrets Manager throttles or can't be reached, the users that were
 * last read serve for an hour. A secret that is deleted, denied or malformed takes effect at once, so that it locks users out.
 *
 * <p>Shape: {@link UsersDocument}. Errors: {@link IllegalStateException} that names the secret and the remedy.
 */
public final class SecretsManagerUsers implements Users {
    private final CachedSecret<Map<String, UserEntry>> secret;

    public SecretsManagerUsers(Supplier<SecretsManagerClient> client, String secret) {
        this(client, secret, WallClock.TICKER);
    }

    SecretsManagerUsers(Supplier<SecretsManagerClient> client, String secret, Ticker ticker) {
        this.secret = new CachedSecret<>(
                client,
                new CachedSecret.Document<>(
                        secret,
                        UsersDocument::parse,
                        Optional.empty(),
                        "store the text {\"user\":\"bcrypt hash\"} as its secret string"),
                ticker);
    }

    @Override
    public Map<String, UserEntry> current() {
        return secret.current();
    }
}
