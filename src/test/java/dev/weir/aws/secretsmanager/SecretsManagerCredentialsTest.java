package dev.weir.aws.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class SecretsManagerCredentialsTest {
    private static final PullThroughCacheRule RULE = new PullThroughCacheRule(
            RepositoryPrefix.parse("up"),
            UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE),
            RepositoryPrefix.ROOT,
            Optional.of(CredentialArn.parse(
                    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/quay-AbCdEf")),
            Optional.empty(),
            RuleSettings.NONE,
            TagMutability.MUTABLE);

    /** Secrets Manager with one secret. */
    private static final class OneSecret implements SecretsManagerClient {
        private String accessToken = "old";
        private int reads;
        private Optional<SecretsManagerException> failure = Optional.empty();

        @Override
        public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
            reads++;
            failure.ifPresent(e -> {
                throw e;
            });
            return GetSecretValueResponse.builder()
                    .secretString("{\"username\":\"me\",\"accessToken\":\"" + accessToken + "\"}")
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    @Test
    void aDeniedCredentialIsReadAnewAndNotAgainAtOnce() {
        OneSecret secret = new OneSecret();
        MovableClock clock = new MovableClock();
        SecretsManagerCredentials credentials = new SecretsManagerCredentials(() -> secret, clock);
        assertThat(credentials.find(RULE)).contains(new Credential("me", "old"));
        secret.accessToken = "new";
        assertThat(credentials.find(RULE)).contains(new Credential("me", "old"));
        assertThat(credentials.findAnew(RULE)).contains(new Credential("me", "new"));
        assertThat(credentials.find(RULE)).contains(new Credential("me", "new"));
        assertThat(credentials.findAnew(RULE)).contains(new Credential("me", "new"));
        assertThat(secret.reads).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "ResourceNotFoundException, no such secret, NOT_FOUND, does not exist",
        "DecryptionFailure, no key, NOT_DECRYPTABLE, kms:Decrypt",
        "AccessDeniedException, Access to KMS is not allowed, NOT_DECRYPTABLE, kms:Decrypt",
        "AccessDeniedException, role is not authorized, NOT_ACCESSIBLE, secretsmanager:GetSecretValue",
        "InternalServiceError, sorry, NOT_ACCESSIBLE, secretsmanager:GetSecretValue",
    })
    void whyASecretIsNotReadIsTold(String code, String words, CredentialException.Kind kind, String remedy) {
        OneSecret secret = new OneSecret();
        secret.failure = Optional.of(failure(code, words));
        SecretsManagerCredentials credentials = new SecretsManagerCredentials(() -> secret, new MovableClock());
        assertThatThrownBy(() -> credentials.findAnew(RULE))
                .isInstanceOfSatisfying(
                        CredentialException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(remedy)
                .hasMessageNotContaining("role is not authorized");
    }

    private static SecretsManagerException failure(String code, String words) {
        SecretsManagerException.Builder builder =
                switch (code) {
                    case "ResourceNotFoundException" -> ResourceNotFoundException.builder();
                    case "DecryptionFailure" -> DecryptionFailureException.builder();
                    default -> SecretsManagerException.builder();
                };
        builder.awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(words).build());
        return (SecretsManagerException) builder.build();
    }
}
