package dev.weir.aws.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

class SecretsManagerPullSecretsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/1234";

    private final ManySecrets aws = new ManySecrets();

    /** Secrets Manager, as far as secrets are written. */
    private static final class ManySecrets implements SecretsManagerClient {
        private final Map<String, String> texts = new TreeMap<>();
        private Optional<String> keyOfLast = Optional.empty();
        private boolean reachable = true;

        @Override
        public PutSecretValueResponse putSecretValue(PutSecretValueRequest request) {
            if (!reachable) {
                throw SdkClientException.create("connection refused");
            }
            if (texts.replace(request.secretId(), request.secretString()) == null) {
                throw ResourceNotFoundException.builder().message("no secret").build();
            }
            return PutSecretValueResponse.builder().build();
        }

        @Override
        public CreateSecretResponse createSecret(CreateSecretRequest request) {
            texts.put(request.name(), request.secretString());
            keyOfLast = Optional.ofNullable(request.kmsKeyId());
            return CreateSecretResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    @Test
    void aSecretIsMadeOnceAndThenWritten() {
        SecretsManagerPullSecrets secrets = new SecretsManagerPullSecrets(() -> aws, "weir/pull/", Optional.empty());
        secrets.put("team-a", "one");
        assertThat(aws.texts).isEqualTo(Map.of("weir/pull/team-a", "one"));
        secrets.put("team-a", "two");
        assertThat(aws.texts).isEqualTo(Map.of("weir/pull/team-a", "two"));
        assertThat(aws.keyOfLast).isEmpty();
    }

    @Test
    void aNewSecretIsEncryptedWithTheOwnersKey() {
        new SecretsManagerPullSecrets(() -> aws, "weir/pull/", Optional.of(KEY)).put("team-a", "one");
        assertThat(aws.keyOfLast).contains(KEY);
    }

    @Test
    void aSecretThatCanNotBeWrittenIsNamedWithTheRemedy() {
        aws.reachable = false;
        assertThatIllegalStateException()
                .isThrownBy(() -> new SecretsManagerPullSecrets(() -> aws, "weir/pull/", Optional.empty())
                        .put("team-a", "hunter2"))
                .withMessageContaining("'weir/pull/team-a'")
                .withMessageContaining("secretsmanager:PutSecretValue")
                .withMessageNotContaining("hunter2");
    }
}
