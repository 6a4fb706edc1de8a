package dev.weir.aws.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.access.UserEntry;
import dev.weir.fake.SlowRead;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class SecretsManagerUsersTest {
    private final AtomicLong nanos = new AtomicLong();
    private final OneSecret secret = new OneSecret();
    private final SecretsManagerUsers users = new SecretsManagerUsers(() -> secret, "weir/users", nanos::get);

    private final SlowRead slow = new SlowRead();

    /** Secrets Manager with one secret, or none where it fails. */
    private final class OneSecret implements SecretsManagerClient {
        private Optional<String> text = Optional.of("{\"alice\":\"hash\"}");
        private Optional<SdkException> failure = Optional.empty();
        private int reads;

        @Override
        public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
            reads++;
            slow.pass();
            failure.ifPresent(e -> {
                throw e;
            });
            GetSecretValueResponse.Builder answer = GetSecretValueResponse.builder();
            text.ifPresent(answer::secretString);
            return answer.build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static SdkException answered(String code, int status) {
        return SecretsManagerException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void theUsersThatWereLastReadServeForAnHourWhileSecretsManagerThrottles() {
        assertThat(users.current()).isEqualTo(Map.of("alice", UserEntry.of("hash")));
        secret.failure = Optional.of(answered("ThrottlingException", 400));
        pass(Duration.ofMinutes(59));
        assertThat(users.current()).isEqualTo(Map.of("alice", UserEntry.of("hash")));
        pass(Duration.ofMinutes(2));
        assertThatIllegalStateException().isThrownBy(users::current).withMessageContaining("weir/users");
        secret.failure = Optional.empty();
        secret.text = Optional.of("{\"bob\":\"hash\"}");
        assertThat(users.current()).isEqualTo(Map.of("bob", UserEntry.of("hash")));
    }

    @Test
    void secretsManagerThatCanNotBeReachedIsAskedOnceAMinute() {
        users.current();
        secret.failure = Optional.of(SdkClientException.create("connection refused"));
        for (int i = 0; i < 6; i++) {
            pass(Duration.ofSeconds(30));
            assertThat(users.current()).isEqualTo(Map.of("alice", UserEntry.of("hash")));
        }
        assertThat(secret.reads).isEqualTo(4);
    }

    @Test
    void whatSecretsManagerSaysAgainEndsTheLastGoodUsersWithinAMinute() {
        users.current();
        secret.failure = Optional.of(answered("InternalServiceError", 500));
        pass(Duration.ofMinutes(2));
        assertThat(users.current()).containsKey("alice");
        secret.failure = Optional.empty();
        secret.text = Optional.of("{}");
        pass(Duration.ofMinutes(1));
        assertThat(users.current()).isEmpty();
    }

    @Test
    @Timeout(90)
    void aLoginDoesNotWaitForSecretsManagerThatHangs() throws Exception {
        users.current();
        pass(Duration.ofMinutes(1));
        slow.hang();
        Thread reader = new Thread(users::current);
        reader.start();
        slow.awaitBegun();
        assertThat(users.current()).containsKey("alice");
        slow.goOn();
        reader.join();
        assertThat(secret.reads).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"ResourceNotFoundException, 400", "AccessDeniedException, 400"})
    void aSecretThatIsDeletedOrDeniedLetsNobodyInAfterAMinute(String code, int status) {
        users.current();
        secret.failure = Optional.of(answered(code, status));
        pass(Duration.ofMinutes(1));
        assertThatIllegalStateException().isThrownBy(users::current).withMessageContaining("weir/users");
    }

    @Test
    void aFirstReadThatFailsIsToldAndTriedAgainAtOnce() {
        secret.failure = Optional.of(answered("ThrottlingException", 400));
        assertThatIllegalStateException().isThrownBy(users::current).withMessageContaining("weir/users");
        secret.failure = Optional.empty();
        assertThat(users.current()).containsKey("alice");
    }

    @Test
    void aBinarySecretIsNamedWithTheRemedy() {
        secret.text = Optional.empty();
        assertThatIllegalStateException()
                .isThrownBy(users::current)
                .withMessage("secret 'weir/users' is binary: store the text {\"user\":\"bcrypt hash\"}"
                        + " as its secret string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[\"hunter2\"]", "\"hunter2\"", "{hunter2"})
    void aSecretThatIsNotAnObjectIsNamedWithTheRemedyAndNotQuoted(String text) {
        secret.text = Optional.of(text);
        assertThatIllegalStateException()
                .isThrownBy(users::current)
                .withMessageContaining("secret 'weir/users' is not")
                .withMessageContaining("store the text {\"user\":\"bcrypt hash\"}")
                .withMessageNotContaining("hunter2")
                .withNoCause();
    }
}
