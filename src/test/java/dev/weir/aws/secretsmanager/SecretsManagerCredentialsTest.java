package dev.weir.aws.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.MovableClock;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

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

        @Override
        public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
            reads++;
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
        SecretsManagerCredentials credentials = new SecretsManagerCredentials(secret, clock);
        assertThat(credentials.find(RULE)).contains(new Credential("me", "old"));
        secret.accessToken = "new";
        assertThat(credentials.find(RULE)).contains(new Credential("me", "old"));
        assertThat(credentials.findAnew(RULE)).contains(new Credential("me", "new"));
        assertThat(credentials.find(RULE)).contains(new Credential("me", "new"));
        assertThat(credentials.findAnew(RULE)).contains(new Credential("me", "new"));
        assertThat(secret.reads).isEqualTo(2);
    }
}
