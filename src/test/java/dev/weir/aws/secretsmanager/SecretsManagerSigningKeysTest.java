package dev.weir.aws.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.access.token.SigningKey;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

class SecretsManagerSigningKeysTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final AtomicLong nanos = new AtomicLong();
    private final OneSecret secret = new OneSecret();
    private final SecretsManagerSigningKeys keys =
            new SecretsManagerSigningKeys(() -> secret, "weir/signing-keys", nanos::get);

    /** Secrets Manager with one secret. */
    private static final class OneSecret implements SecretsManagerClient {
        private String text = "{\"k1\":\"" + SECRET + "\"}";

        @Override
        public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
            return GetSecretValueResponse.builder().secretString(text).build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    @Test
    void aNewKeyIsKnownWithinAMinute() {
        assertThat(keys.current().keys()).extracting(SigningKey::id).containsExactly("k1");
        secret.text = "{\"k1\":\"" + SECRET + "\",\"k2\":{\"secret\":\"" + SECRET
                + "\",\"createdAt\":\"2026-11-25T10:00:00Z\"}}";
        nanos.addAndGet(60_000_000_000L);
        assertThat(keys.current().keys()).extracting(SigningKey::id).containsExactly("k1", "k2");
    }

    @Test
    void aSecretWithoutAKeyIsNamedWithTheRemedy() {
        secret.text = "{}";
        assertThatIllegalStateException()
                .isThrownBy(keys::current)
                .withMessageStartingWith("secret 'weir/signing-keys' has no key")
                .withMessageContaining("store the text {\"<key id>\"");
    }
}
