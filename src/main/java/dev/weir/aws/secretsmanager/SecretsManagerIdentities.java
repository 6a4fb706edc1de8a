package dev.weir.aws.secretsmanager;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.access.identity.Identities;
import dev.weir.access.identity.IdentitiesDocument;
import dev.weir.time.WallClock;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The identities in one secret, read at most every 60 s, as the users are. A secret that doesn't exist takes nobody's word.
 *
 * <p>Shape: {@link IdentitiesDocument}. Errors: {@link IllegalStateException} that names the secret, the path and the value.
 */
public final class SecretsManagerIdentities implements Supplier<Identities> {
    private final CachedSecret<Identities> secret;

    public SecretsManagerIdentities(Supplier<SecretsManagerClient> client, String secret) {
        this(client, secret, WallClock.TICKER);
    }

    SecretsManagerIdentities(Supplier<SecretsManagerClient> client, String secret, Ticker ticker) {
        this.secret = new CachedSecret<>(
                client,
                new CachedSecret.Document<>(
                        secret,
                        IdentitiesDocument::parse,
                        Optional.of(Identities.NONE),
                        "infra/clients/README.md has the document's shape"),
                ticker);
    }

    @Override
    public Identities get() {
        return secret.current();
    }
}
