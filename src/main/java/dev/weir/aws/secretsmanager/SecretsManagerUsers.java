package dev.weir.aws.secretsmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.access.Users;
import dev.weir.time.WallClock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The users in one secret, read at most every 60 s.
 *
 * <p>Shape: {@code {"alice":"$2y$10$…"}}. Errors: {@link IllegalStateException} that names the secret and the mend.
 */
public final class SecretsManagerUsers implements Users {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecretsManagerClient client;
    private final Cache<String, Map<String, String>> cache = Caffeine.newBuilder()
            .maximumSize(1)
            .expireAfterWrite(Duration.ofSeconds(60))
            .ticker(WallClock.TICKER)
            .build();
    private final String secret;

    public SecretsManagerUsers(SecretsManagerClient client, String secret) {
        this.client = client;
        this.secret = secret;
    }

    @Override
    public Map<String, String> hashes() {
        return cache.get(secret, this::read);
    }

    private Map<String, String> read(String name) {
        JsonNode users;
        try {
            users = JSON.readTree(
                    client.getSecretValue(request -> request.secretId(name)).secretString());
        } catch (SdkException e) {
            throw new IllegalStateException(
                    "secret '" + name + "' can't be read, make it and allow secretsmanager:GetSecretValue: "
                            + e.getMessage(),
                    e);
        } catch (JsonProcessingException e) {
            // The cause would quote the secret.
            throw new IllegalStateException("secret '" + name + "' is not JSON: {\"user\":\"bcrypt hash\"} is wanted");
        }
        Map<String, String> hashes = new TreeMap<>();
        users.properties()
                .forEach(user -> hashes.put(user.getKey(), user.getValue().asText()));
        return hashes;
    }
}
