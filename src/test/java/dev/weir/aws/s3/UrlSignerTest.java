package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.Digest;
import dev.weir.store.BlobAccess;
import dev.weir.store.UrlLife;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The SDK's presigner is the reference: the same URL at the same time, character by character. */
class UrlSignerTest {
    private static final UrlLife LIFE = UrlLife.parse("PT5S");
    private static final AwsCredentials PLAIN = AwsBasicCredentials.create("AKIAEXAMPLE", "secret/with+signs");
    private static final AwsCredentials SESSION =
            AwsSessionCredentials.create("ASIAEXAMPLE", "other", "token/with+signs==*~");
    private static final Pattern DATE = Pattern.compile("X-Amz-Date=(\\d{8}T\\d{6}Z)");
    private static final Digest DIGEST = Digest.of(new byte[] {1});

    static Stream<Arguments> buckets() {
        return Stream.of(
                Arguments.of("weir-blobs", Region.EU_CENTRAL_1, PLAIN, "", false),
                Arguments.of("weir-blobs", Region.EU_CENTRAL_1, SESSION, "", false),
                Arguments.of("weir-blobs", Region.US_EAST_1, SESSION, "", false),
                Arguments.of("weir.with.dots", Region.EU_WEST_1, SESSION, "", false),
                Arguments.of("weir-blobs", Region.CN_NORTH_1, SESSION, "", false),
                Arguments.of("weir-blobs", Region.US_GOV_WEST_1, SESSION, "", false),
                Arguments.of("weir", Region.US_EAST_1, PLAIN, "http://127.0.0.1:4566", true));
    }

    @ParameterizedTest(name = "{0} in {1}, endpoint {3}")
    @MethodSource("buckets")
    void signsAsTheSdkDoes(
            String bucket, Region region, AwsCredentials credentials, String endpoint, boolean pathStyle) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(pathStyle)
                        .build());
        if (!endpoint.isEmpty()) {
            builder.endpointOverride(URI.create(endpoint));
        }
        try (S3Presigner presigner = builder.build();
                S3Client s3 = S3Client.builder()
                        .region(region)
                        .credentialsProvider(StaticCredentialsProvider.create(credentials))
                        .build()) {
            PresignedUrls urls = new PresignedUrls(s3, builder::build, bucket, LIFE);
            for (BlobAccess access : BlobAccess.values()) {
                String sdks = sdks(presigner, bucket, access);
                Matcher date = DATE.matcher(sdks);
                assertThat(date.find()).isTrue();
                Instant at = Instant.from(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                        .withZone(ZoneOffset.UTC)
                        .parse(date.group(1)));
                assertThat(urls.sign(S3ContentStore.key(DIGEST), access, at)).hasToString(sdks);
            }
        }
    }

    private static String sdks(S3Presigner presigner, String bucket, BlobAccess access) {
        Duration valid = LIFE.duration();
        String key = S3ContentStore.key(DIGEST);
        return access == BlobAccess.HEAD
                ? presigner
                        .presignHeadObject(request -> request.signatureDuration(valid)
                                .headObjectRequest(
                                        object -> object.bucket(bucket).key(key)))
                        .url()
                        .toString()
                : presigner
                        .presignGetObject(request -> request.signatureDuration(valid)
                                .getObjectRequest(
                                        object -> object.bucket(bucket).key(key)))
                        .url()
                        .toString();
    }
}
