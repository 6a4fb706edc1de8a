package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.deployed.aws.AwsProxy;
import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 that answers as one whose objects are encrypted by KMS does: HEAD finds an object whose key is gone, GET tells.
 *
 * <p>Source: Amazon S3 API reference, "Error responses"; AWS KMS API reference, Decrypt, "Errors".
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TroubledS3IT {
    private static final int MIB = 1024 * 1024;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final AwsProxy proxy;
    private final S3Client s3;
    private S3ContentStore contents;
    private byte[] bytes = {};
    private Digest digest = Digest.of(bytes);

    TroubledS3IT() throws IOException {
        proxy = new AwsProxy(Map.of("s3", aws.emulator().s3()));
        Emulator troubled = new Emulator(
                aws.emulator().dynamoDb(), proxy.endpoint(), aws.emulator().credentials());
        AwsClients clients = new AwsClients(Optional.of(troubled), true);
        s3 = clients.s3();
        contents = new S3ContentStore(s3, clients::s3Presigner, aws.storeName);
        contents.createBucketIfAbsent();
    }

    @BeforeEach
    void anObject() throws IOException {
        contents = new S3ContentStore(s3, aws.clients::s3Presigner, aws.storeName);
        bytes = new byte[1000];
        new Random(System.nanoTime()).nextBytes(bytes);
        digest = Digest.of(bytes);
        store();
    }

    private void store() throws IOException {
        OptionalLong size = OptionalLong.of(bytes.length);
        contents.put(digest, size, new VerifyingInputStream(new ByteArrayInputStream(bytes), digest, size));
    }

    @AfterEach
    void behave() {
        proxy.behave();
    }

    @AfterAll
    void stop() {
        proxy.close();
        aws.close();
    }

    private int uploads() {
        return s3.listMultipartUploads(request -> request.bucket(aws.storeName))
                .uploads()
                .size();
    }

    /** S3's answer to one method; what HEAD is answered has no body, so no code. */
    private static Misbehaviour answering(String method, int status, String code, String message) {
        byte[] xml = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + message
                        + "</Message><RequestId>R</RequestId></Error>")
                .getBytes(StandardCharsets.UTF_8);
        return exchange -> {
            if (!exchange.getRequestMethod().equals(method)) {
                return false;
            }
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(status, method.equals("HEAD") ? -1 : xml.length);
            if (!method.equals("HEAD")) {
                exchange.getResponseBody().write(xml);
            }
            return true;
        };
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | KMS.DisabledException | arn:aws:kms:us-east-1:111122223333:key/k is disabled.",
                "400 | KMS.KMSInvalidStateException | arn:aws:kms:us-east-1:111122223333:key/k is pending deletion.",
                "400 | KMS.NotFoundException | Key 'arn:aws:kms:us-east-1:111122223333:key/k' does not exist",
                "403 | AccessDenied | User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: kms:Decrypt on"
                        + " resource: arn:aws:kms:us-east-1:111122223333:key/k because no identity-based policy allows it",
                "403 | AccessDenied | The ciphertext refers to a customer master key that does not exist, does not exist in this"
                        + " region, or you are not allowed to access.",
                "403 | AccessDenied | Access Denied",
            })
    void anObjectWhoseKeyIsGoneCountsAsNotStoredAndIsStoredAnew(int status, String code, String message)
            throws IOException {
        proxy.misbehave(answering("GET", status, code, message));
        assertThat(contents.findSize(digest)).isEmpty();
        proxy.behave();
        store();
        assertThat(contents.findSize(digest)).hasValue(bytes.length);
    }

    @Test
    void aManifestWhoseKeyIsGoneIsNotFoundEither() {
        proxy.misbehave(answering("GET", 400, "KMS.DisabledException", "the key is disabled"));
        assertThat(contents.find(digest)).isEmpty();
        assertThat(contents.read(digest, new ByteRange(0, 10))).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "503, SlowDown, THROTTLED",
        "500, InternalError, UNAVAILABLE",
        "400, KMS.ThrottlingException, UNAVAILABLE",
        "400, KMS.KMSInternalException, UNAVAILABLE",
        "400, KMS.DependencyTimeoutException, UNAVAILABLE",
        "403, InvalidAccessKeyId, REJECTED",
        "404, NoSuchBucket, REJECTED",
    })
    void anOutageIsNotTakenForAnObjectThatIsGone(int status, String code, StoreException.Kind kind) {
        proxy.misbehave(answering("GET", status, code, "for now"));
        proxy.misbehave(answering("HEAD", status, code, "for now"));
        assertThatThrownBy(() -> contents.findSize(digest))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void aMissingPermissionOfTheBucketIsNotTakenForAnObjectThatIsGone() {
        proxy.misbehave(answering("GET", 403, "AccessDenied", "Access Denied"));
        proxy.misbehave(answering("HEAD", 403, "AccessDenied", "Access Denied"));
        assertThatThrownBy(() -> contents.findSize(digest)).isInstanceOf(StoreException.class);
    }

    @Test
    void whileNothingCanBeWrittenEitherNothingCountsAsGone() {
        proxy.misbehave(answering("GET", 400, "KMS.DisabledException", "the key is disabled"));
        proxy.misbehave(answering("PUT", 400, "KMS.DisabledException", "the key is disabled"));
        assertThat(contents.findSize(digest)).isEmpty();
        assertThatThrownBy(this::store)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("enable the KMS key of the bucket");
        assertThatThrownBy(() -> contents.findSize(digest))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the key is disabled");
    }

    /** The second of three parts fails, whatever the SDK tries. */
    @Test
    void aPartThatFailsAbortsTheUpload() {
        bytes = new byte[20 * MIB];
        new Random(20).nextBytes(bytes);
        digest = Digest.of(bytes);
        Misbehaviour failing = answering("PUT", 400, "InvalidRequest", "on purpose");
        proxy.misbehave(exchange -> isPart(exchange, 2) && failing.answer(exchange));
        assertThatThrownBy(this::store).isInstanceOf(StoreException.class).hasMessageContaining("UploadPart");
        assertThat(contents.findSize(digest)).isEmpty();
        assertThat(uploads()).isZero();
    }

    private static boolean isPart(HttpExchange exchange, int number) {
        return exchange.getRequestURI().getQuery() != null
                && exchange.getRequestURI().getQuery().contains("partNumber=" + number);
    }
}
