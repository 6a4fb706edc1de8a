package dev.weir.aws.secretsmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.access.Users;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The users in one secret, read at most every 60 s. While Secrets Manager throttles or can't be reached, the users that were
 * last read serve for an hour. A secret that is deleted, denied or malformed takes effect at once, so that it locks users out.
 *
 * <p>Shape: {@code {"alice":"$2y$10$…"}}. Errors: {@link IllegalStateException} that names the secret and the remedy.
 */
public final class SecretsManagerUsers implements Users {
    private static final Duration FRESH = Duration.ofSeconds(60);
    private static final Duration LAST_GOOD_KEPT = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = System.getLogger(SecretsManagerUsers.class.getName());

    private final SecretsManagerClient client;
    private final String secret;
    private final Ticker ticker;
    private Optional<Loaded> loaded = Optional.empty();

    public SecretsManagerUsers(SecretsManagerClient client, String secret) {
        this(client, secret, WallClock.TICKER);
    }

    SecretsManagerUsers(SecretsManagerClient client, String secret, Ticker ticker) {
        this.client = client;
        this.secret = secret;
        this.ticker = ticker;
    }

    /**
     * What was read last.
     *
     * @param readNanos when it was read
     * @param askedNanos when Secrets Manager was last asked, in vain or not
     */
    private record Loaded(Map<String, String> hashes, long readNanos, long askedNanos) {}

    @Override
    public synchronized Map<String, String> hashes() {
        long now = ticker.read();
        if (loaded.isPresent() && now - loaded.get().askedNanos() < FRESH.toNanos()) {
            return loaded.get().hashes();
        }
        Loaded current;
        try {
            current = new Loaded(parse(secretString()), now, now);
        } catch (SdkException e) {
            current = lastGood(now, e);
        }
        loaded = Optional.of(current);
        return current.hashes();
    }

    private @Nullable String secretString() {
        return client.getSecretValue(request -> request.secretId(secret)).secretString();
    }

    private Loaded lastGood(long now, SdkException e) {
        Loaded last = loaded.filter(held -> mayPass(e))
                .filter(held -> now - held.readNanos() < LAST_GOOD_KEPT.toNanos())
                .orElseThrow(() -> new IllegalStateException(
                        "secret '" + secret + "' can't be read, make it and allow secretsmanager:GetSecretValue: "
                                + e.getMessage(),
                        e));
        LOG.log(
                Level.WARNING,
                "secret ''{0}'' can''t be read, its users are served as they last were: {1}",
                secret,
                e.getMessage());
        return new Loaded(last.hashes(), last.readNanos(), now);
    }

    /** Whether Secrets Manager throttles, fails or can't be reached; false when it rejects the call. */
    private static boolean mayPass(SdkException e) {
        return !(e instanceof AwsServiceException service)
                || service.isThrottlingException()
                || service.statusCode() == 429
                || service.statusCode() / 100 == 5;
    }

    private Map<String, String> parse(@Nullable String text) {
        if (text == null) {
            throw malformed("is binary");
        }
        JsonNode users;
        try {
            users = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // The cause would quote the secret.
            throw malformed("is not JSON");
        }
        if (!users.isObject()) {
            throw malformed("is not a JSON object");
        }
        Map<String, String> hashes = new TreeMap<>();
        users.properties()
                .forEach(user -> hashes.put(user.getKey(), user.getValue().asText()));
        return Collections.unmodifiableMap(hashes);
    }

    private IllegalStateException malformed(String how) {
        return new IllegalStateException(
                "secret '" + secret + "' " + how + ": store the text {\"user\":\"bcrypt hash\"} as its secret string");
    }
}
