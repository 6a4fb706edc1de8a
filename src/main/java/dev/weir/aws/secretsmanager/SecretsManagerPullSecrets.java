package dev.weir.aws.secretsmanager;

import dev.weir.access.token.PullSecrets;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * Pull secrets in Secrets Manager, named {@code <prefix><name>}: {@code weir/pull/team-a}. A secret that is no longer in the list of
 * names is not removed; its password ends by itself.
 */
public final class SecretsManagerPullSecrets implements PullSecrets {
    private final Supplier<SecretsManagerClient> client;
    private final String prefix;
    private final Optional<String> kmsKey;

    /** @param kmsKey that new secrets are encrypted with; empty for the key that AWS keeps for the account */
    public SecretsManagerPullSecrets(Supplier<SecretsManagerClient> client, String prefix, Optional<String> kmsKey) {
        this.client = client;
        this.prefix = prefix;
        this.kmsKey = kmsKey;
    }

    @Override
    public void put(String name, String text) {
        String secret = prefix + name;
        try {
            client.get().putSecretValue(request -> request.secretId(secret).secretString(text));
        } catch (ResourceNotFoundException e) {
            create(secret, text);
        } catch (SdkException e) {
            throw failed(secret, e);
        }
    }

    private void create(String secret, String text) {
        try {
            client.get().createSecret(request -> {
                request.name(secret)
                        .secretString(text)
                        .description("User and password of Weir for services that can't log in; rotated by Weir");
                kmsKey.ifPresent(request::kmsKeyId);
            });
        } catch (SdkException e) {
            throw failed(secret, e);
        }
    }

    private static IllegalStateException failed(String secret, SdkException e) {
        return new IllegalStateException(
                "secret '" + secret + "' can't be written, restore it if it is being deleted and allow"
                        + " secretsmanager:PutSecretValue and CreateSecret: " + e.getMessage(),
                e);
    }
}
