package dev.weir.aws.secretsmanager;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.time.LastRead;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * What one secret says, read at most every 60 s. While Secrets Manager throttles or can't be reached, what was last read serves for
 * an hour. A secret that is deleted, denied or malformed takes effect at once.
 *
 * <p>Errors: {@link IllegalStateException} that names the secret and the remedy.
 */
final class CachedSecret<T> {
    private static final Duration FRESH = Duration.ofSeconds(60);
    private static final Duration LAST_GOOD_KEPT = Duration.ofHours(1);
    private static final Logger LOG = System.getLogger(CachedSecret.class.getName());

    private final Supplier<SecretsManagerClient> client;
    private final Document<T> document;
    private final LastRead<T> last;

    /**
     * @param secret its name
     * @param parse throws {@link IllegalArgumentException} that says how the text is malformed, without quoting it
     * @param whenAbsent what a secret that doesn't exist says; empty where it must exist
     * @param remedy what to store in it
     */
    record Document<T>(String secret, Function<String, T> parse, Optional<T> whenAbsent, String remedy) {}

    CachedSecret(Supplier<SecretsManagerClient> client, Document<T> document, Ticker ticker) {
        this.client = client;
        this.document = document;
        this.last = new LastRead<>(
                before -> read(), new LastRead.Terms(FRESH, LAST_GOOD_KEPT, this::servesInSpiteOf), ticker);
    }

    T current() {
        try {
            return last.current();
        } catch (SdkException e) {
            throw new IllegalStateException(
                    "secret '" + document.secret()
                            + "' can't be read, make it and allow secretsmanager:GetSecretValue: " + e.getMessage(),
                    e);
        }
    }

    private T read() {
        String text;
        try {
            text = client.get()
                    .getSecretValue(request -> request.secretId(document.secret()))
                    .secretString();
        } catch (SecretsManagerException e) {
            return document.whenAbsent().filter(value -> isAbsent(e)).orElseThrow(() -> e);
        }
        return parse(text);
    }

    /** A permission that names the secret with its six last characters denies a secret that doesn't exist. */
    private static boolean isAbsent(SecretsManagerException e) {
        return e instanceof ResourceNotFoundException
                || (e.awsErrorDetails() != null
                        && "AccessDeniedException".equals(e.awsErrorDetails().errorCode()));
    }

    private boolean servesInSpiteOf(RuntimeException e) {
        if (!(e instanceof SdkException failure && mayPass(failure))) {
            return false;
        }
        LOG.log(
                Level.WARNING,
                "secret ''{0}'' can''t be read, it is taken as it last was: {1}",
                document.secret(),
                e.getMessage());
        return true;
    }

    /** Whether Secrets Manager throttles, fails or can't be reached; false when it rejects the call. */
    private static boolean mayPass(SdkException e) {
        return !(e instanceof AwsServiceException service)
                || service.isThrottlingException()
                || service.statusCode() == 429
                || service.statusCode() / 100 == 5;
    }

    private T parse(@Nullable String text) {
        if (text == null) {
            throw malformed("is binary");
        }
        try {
            return document.parse().apply(text);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private IllegalStateException malformed(String how) {
        return new IllegalStateException("secret '" + document.secret() + "' " + how + ": " + document.remedy());
    }
}
