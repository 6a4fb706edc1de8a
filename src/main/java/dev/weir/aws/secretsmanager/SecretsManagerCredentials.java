package dev.weir.aws.secretsmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.time.WallClock;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Upstream credentials in Secrets Manager, read every 5 minutes; one that upstream denies is read anew, every 30 seconds at most.
 *
 * <p>Shape: {@code {"username":"…","accessToken":"…"}}. Source: ECR user guide, "Storing your upstream repository credentials".
 */
public final class SecretsManagerCredentials implements Credentials {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Logger LOG = System.getLogger(SecretsManagerCredentials.class.getName());

    private final SecretsManagerClient client;
    private final Cache<CredentialArn, Credential> cache = Caffeine.newBuilder()
            .maximumSize(100)
            .expireAfterWrite(Duration.ofMinutes(5))
            .ticker(WallClock.TICKER)
            .build();

    /** Those read anew: a credential that stays wrong does not cost a call a pull. */
    private final Cache<CredentialArn, Credential> anew = Caffeine.newBuilder()
            .maximumSize(100)
            .expireAfterWrite(Duration.ofSeconds(30))
            .ticker(WallClock.TICKER)
            .build();

    public SecretsManagerCredentials(SecretsManagerClient client) {
        this.client = client;
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return rule.credentialArn().map(arn -> cache.get(arn, this::read));
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return rule.credentialArn().map(arn -> {
            Credential read = anew.get(arn, this::read);
            cache.put(arn, read);
            return read;
        });
    }

    private Credential read(CredentialArn arn) {
        try {
            String text = client.getSecretValue(request -> request.secretId(arn.value()))
                    .secretString();
            // A binary secret has no text.
            JsonNode secret = JSON.readTree(text == null ? "" : text);
            String username = secret.path("username").asText("");
            String accessToken = secret.path("accessToken").asText("");
            if (!username.isEmpty() && !accessToken.isEmpty()) {
                return new Credential(username, accessToken);
            }
        } catch (SdkException e) {
            // Its words name role and account: for the log, not for whoever pulls.
            LOG.log(Level.ERROR, "secret {0} can''t be read: {1}", arn, e.getMessage());
            throw unreadable(arn, "can't be read: allow secretsmanager:GetSecretValue");
        } catch (IOException e) {
            throw unreadable(arn, "is not JSON: write username and accessToken as JSON");
        }
        throw unreadable(arn, "lacks username or accessToken: write both");
    }

    private static CredentialException unreadable(CredentialArn arn, String why) {
        String name = arn.value().substring(arn.value().indexOf(":secret:") + ":secret:".length());
        return new CredentialException(name, why);
    }
}
