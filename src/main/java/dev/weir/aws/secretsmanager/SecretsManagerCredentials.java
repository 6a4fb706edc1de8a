package dev.weir.aws.secretsmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialCache;
import dev.weir.upstream.CredentialCache.Kept;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.CredentialException.Kind;
import dev.weir.upstream.Credentials;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * Upstream credentials in Secrets Manager: of the rules with a {@code credentialArn}. They are read every 5 minutes; while one can't be
 * read, it serves on for an hour.
 *
 * <p>Shape: {@code {"username":"…","accessToken":"…"}}. Source: ECR user guide, "Storing your upstream repository credentials".
 */
public final class SecretsManagerCredentials implements Credentials {
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration GOOD = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Logger LOG = System.getLogger(SecretsManagerCredentials.class.getName());

    private final Supplier<SecretsManagerClient> client;
    private final Clock clock;
    private final CredentialCache<CredentialArn> cache;

    public SecretsManagerCredentials(Supplier<SecretsManagerClient> client, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.cache = new CredentialCache<>(this::read, clock);
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return rule.credentialArn().map(arn -> cache.get(arn, rule));
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return rule.credentialArn().map(arn -> cache.getAnew(arn, rule));
    }

    private Kept read(CredentialArn arn) {
        Instant now = clock.instant();
        try {
            String text = client.get()
                    .getSecretValue(request -> request.secretId(arn.value()))
                    .secretString();
            // A binary secret has no text.
            JsonNode secret = JSON.readTree(text == null ? "" : text);
            String username = secret.path("username").asText("");
            String accessToken = secret.path("accessToken").asText("");
            if (!username.isEmpty() && !accessToken.isEmpty()) {
                return new Kept(new Credential(username, accessToken), now.plus(FRESH), now.plus(GOOD));
            }
        } catch (SdkException e) {
            // Its words name role and account: for the log, not for whoever pulls.
            LOG.log(Level.ERROR, "secret {0} can''t be read: {1}", arn, e.getMessage());
            throw unread(arn, e);
        } catch (IOException e) {
            throw unreadable(Kind.UNUSABLE, arn, "is not JSON: write username and accessToken as JSON");
        }
        throw unreadable(Kind.UNUSABLE, arn, "lacks username or accessToken: write both");
    }

    private static CredentialException unread(CredentialArn arn, SdkException e) {
        if (e instanceof ResourceNotFoundException) {
            return unreadable(
                    Kind.NOT_FOUND, arn, "does not exist: create the secret, or mend the rule's credentialArn");
        }
        // Without the key's permission the service says so only in words.
        if (e instanceof DecryptionFailureException
                || String.valueOf(e.getMessage()).contains("Access to KMS")) {
            return unreadable(Kind.NOT_DECRYPTABLE, arn, "can't be decrypted: allow kms:Decrypt with its key");
        }
        return unreadable(Kind.NOT_ACCESSIBLE, arn, "can't be read: allow secretsmanager:GetSecretValue");
    }

    private static CredentialException unreadable(Kind kind, CredentialArn arn, String why) {
        String name = arn.value().substring(arn.value().indexOf(":secret:") + ":secret:".length());
        return new CredentialException(kind, name, why);
    }
}
