package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class FailuresTest {
    private final Failures failures = new Failures("weir-blobs");

    @ParameterizedTest
    @CsvSource({
        "SlowDown,           503, THROTTLED",
        "ServiceUnavailable, 503, THROTTLED",
        "RequestLimitExceeded, 400, THROTTLED",
        "InternalError,      500, UNAVAILABLE",
        "AccessDenied,       403, REJECTED",
        "NoSuchBucket,       404, REJECTED",
    })
    void saysWhatTheCallerMayDo(String code, int status, Kind kind) {
        assertThatThrownBy(() -> failures.translated("HeadObject", () -> {
                    throw S3Exception.builder()
                            .statusCode(status)
                            .message(code)
                            .awsErrorDetails(
                                    AwsErrorDetails.builder().errorCode(code).build())
                            .build();
                }))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining("bucket 'weir-blobs': HeadObject failed: ");
    }

    @Test
    void aLostConnectionIsUnavailable() {
        assertThat(failures.of("PutObject", SdkClientException.create("no route"))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void anObjectThatIsNotThereIsAnAnswer() {
        assertThatThrownBy(() -> failures.translated("GetObject", () -> {
                    throw NoSuchKeyException.builder().statusCode(404).build();
                }))
                .isInstanceOf(NoSuchKeyException.class);
    }
}
