package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.store.BlobAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the content store promises, on S3. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentsIT {
    private static final int MIB = 1024 * 1024;

    private final WeirUnderTest weir = new WeirUnderTest();

    @AfterAll
    void stop() {
        weir.close();
    }

    private static InputStream verified(byte[] bytes, Digest digest) {
        return new VerifyingInputStream(new ByteArrayInputStream(bytes), digest, OptionalLong.empty());
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private int uploads() {
        return weir.s3
                .listMultipartUploads(request -> request.bucket(weir.bucket()))
                .uploads()
                .size();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5 * MIB, 8 * MIB, 17 * MIB + 3})
    void storesContentOfAnySizeWithAndWithoutBeingToldIt(int size) throws IOException {
        byte[] bytes = random(size);
        Digest digest = Digest.of(bytes);
        for (OptionalLong told : List.of(OptionalLong.of(size), OptionalLong.empty())) {
            assertThat(weir.contents.put(digest, told, verified(bytes, digest))).isEqualTo(size);
            assertThat(weir.contents.findSize(digest)).hasValue(size);
        }
        assertThat(uploads()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 17 * MIB})
    void leavesNothingOfContentThatIsNotItsDigest(int size) {
        Digest other = Digest.of(("other" + size).getBytes(StandardCharsets.UTF_8));
        assertThatIOException()
                .isThrownBy(() -> weir.contents.put(other, OptionalLong.of(size), verified(random(size), other)));
        assertThat(weir.contents.findSize(other)).isEmpty();
        assertThat(uploads()).isZero();
    }

    @Test
    void removesWhatAKilledProcessLeftOfAnUpload() throws IOException {
        byte[] bytes = random(9 * MIB);
        Digest digest = Digest.of(bytes);
        weir.s3.createMultipartUpload(request ->
                request.bucket(weir.bucket()).key("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex()));
        weir.contents.put(digest, OptionalLong.of(bytes.length), verified(bytes, digest));
        weir.s3.createMultipartUpload(request -> request.bucket(weir.bucket()).key("blobs/sha256/ab/left"));
        assertThat(uploads()).isEqualTo(2);
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
        assertThat(uploads()).isZero();
    }

    @Test
    void aPresignedUrlReadsOnlyWhatItWasSignedFor() throws Exception {
        byte[] bytes = random(1000);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1000), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.GET);
        assertThat(status(signed)).isEqualTo(200);
        assertThat(status(URI.create(signed.toString()
                        .replace(digest.hex(), Digest.of(new byte[0]).hex()))))
                .isEqualTo(403);
    }

    @Test
    void nobodyReadsWithoutASignature() throws Exception {
        assumeFalse(AwsUnderTest.isLocalStack(), "LocalStack's community edition lets anyone read an unsigned URL");
        byte[] bytes = random(1001);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1001), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.GET);
        assertThat(status(URI.create(signed.toString().replaceAll("\\?.*", ""))))
                .isEqualTo(403);
    }

    @Test
    void aUrlPresignedForHeadTellsTheSizeAndReadsNothing() throws Exception {
        byte[] bytes = random(1234);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1234), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.HEAD);
        HttpResponse<Void> head = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(signed)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("1234");
        assertThat(status(signed)).isEqualTo(403);
    }

    private static int status(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
