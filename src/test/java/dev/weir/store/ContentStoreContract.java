package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.oci.Digest;
import dev.weir.oci.Digest.Algorithm;
import dev.weir.oci.Manifest;
import dev.weir.oci.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every content store does, and what the URLs that it presigns open. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ContentStoreContract {
    private static final int MIB = 1024 * 1024;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** The store under test, the same one for all methods of a class. */
    protected abstract ContentStore contents();

    /** What a presigned URL is resolved against. */
    protected abstract URI base();

    /** The number of uploads that were begun and are neither completed nor removed. */
    protected abstract int uploads() throws IOException;

    /** Replaces what is stored under this digest, as a broken disk would. */
    protected abstract void overwrite(Digest digest, byte[] bytes) throws IOException;

    /** Whether a URL without a signature is denied. */
    protected boolean isSignatureRequired() {
        return true;
    }

    @AfterEach
    void leavesNoUpload() throws IOException {
        assertThat(uploads()).isZero();
    }

    /** Random bytes, the same for the same size. */
    protected static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** A stream that throws at its end unless the bytes are the digest's. */
    protected static InputStream verified(InputStream bytes, Digest digest) {
        return new VerifyingInputStream(bytes, digest, OptionalLong.empty());
    }

    /** Stores the bytes under their own digest. */
    protected final Digest store(byte[] bytes) throws IOException {
        Digest digest = Digest.of(bytes);
        contents().put(digest, OptionalLong.of(bytes.length), verified(new ByteArrayInputStream(bytes), digest));
        return digest;
    }

    private HttpResponse<byte[]> send(String method, URI uri, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base().resolve(uri)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5 * MIB, 8 * MIB, 17 * MIB + 3})
    void storesContentOfAnySizeWithAndWithoutBeingToldIt(int size) throws Exception {
        byte[] bytes = random(size);
        Digest digest = Digest.of(bytes);
        for (OptionalLong told : List.of(OptionalLong.of(size), OptionalLong.empty())) {
            assertThat(contents().put(digest, told, verified(new ByteArrayInputStream(bytes), digest)))
                    .isEqualTo(size);
            assertThat(contents().findSize(digest)).hasValue(size);
            assertThat(send("GET", contents().presign(digest, BlobAccess.GET)).body())
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsSmallContentUnderEitherAlgorithm(Algorithm algorithm) throws IOException {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(algorithm, bytes);
        contents().put(digest, OptionalLong.of(2), verified(new ByteArrayInputStream(bytes), digest));
        assertThat(contents().find(digest)).hasValue(bytes);
    }

    @Test
    void findsNothingThatWasNotStored() {
        Digest absent = Digest.of("absent".getBytes(StandardCharsets.UTF_8));
        assertThat(contents().find(absent)).isEmpty();
        assertThat(contents().findSize(absent)).isEmpty();
    }

    @Test
    void findsNoContentThatIsNotItsDigestAndTakesItAnew() throws IOException {
        byte[] bytes = random(200);
        Digest digest = store(bytes);
        overwrite(digest, random(201));
        assertThat(contents().find(digest)).isEmpty();
        store(bytes);
        assertThat(contents().find(digest)).hasValue(bytes);
    }

    @Test
    void findsContentUpToTheSizeOfAManifest() throws IOException {
        assertThat(contents().find(store(random(Manifest.MAX_SIZE_BYTES)))).isPresent();
        assertThat(contents().find(store(random(Manifest.MAX_SIZE_BYTES + 1)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 17 * MIB})
    void leavesNothingOfContentThatIsNotItsDigest(int size) {
        Digest other = Digest.of(("other" + size).getBytes(StandardCharsets.UTF_8));
        InputStream wrong = verified(new ByteArrayInputStream(random(size)), other);
        assertThatIOException().isThrownBy(() -> contents().put(other, OptionalLong.of(size), wrong));
        assertThat(contents().findSize(other)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 17 * MIB})
    void leavesNothingOfContentWhoseStreamBreaks(int size) {
        Digest digest = Digest.of(("broken" + size).getBytes(StandardCharsets.UTF_8));
        InputStream breaking = new FilterInputStream(new ByteArrayInputStream(random(size))) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n < 0) {
                    throw new IOException("connection reset");
                }
                return n;
            }
        };
        assertThatIOException()
                .isThrownBy(() -> contents().put(digest, OptionalLong.of(size + 1L), breaking))
                .withMessage("connection reset");
        assertThat(contents().findSize(digest)).isEmpty();
    }

    /** Of one part each: S3 ends an older multipart upload of the same key, which a lease keeps from happening. */
    @Test
    void severalWritersOfOneDigestAtOnceDoNoHarm() throws Exception {
        byte[] bytes = random(5 * MIB);
        Digest digest = Digest.of(bytes);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Digest>> writers = IntStream.range(0, 8)
                    .<Callable<Digest>>mapToObj(n -> () -> store(bytes))
                    .toList();
            for (Future<Digest> writer : pool.invokeAll(writers)) {
                assertThat(writer.get()).isEqualTo(digest);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(send("GET", contents().presign(digest, BlobAccess.GET)).body())
                .isEqualTo(bytes);
    }

    @Test
    void aPresignedUrlReadsOnlyWhatItWasSignedFor() throws Exception {
        Digest digest = store(random(1000));
        Digest other = store(random(999));
        URI signed = contents().presign(digest, BlobAccess.GET);
        assertThat(send("GET", signed).statusCode()).isEqualTo(200);
        assertThat(send("HEAD", signed).statusCode()).isEqualTo(403);
        String elsewhere = signed.toString()
                .replace(digest.hex(), other.hex())
                .replace(
                        "/" + digest.hex().substring(0, 2) + "/",
                        "/" + other.hex().substring(0, 2) + "/");
        assertThat(send("GET", URI.create(elsewhere)).statusCode()).isEqualTo(403);
    }

    @Test
    void nobodyReadsWithoutASignature() throws Exception {
        assumeTrue(isSignatureRequired(), "this stand-in lets anyone read an unsigned URL");
        URI signed = contents().presign(store(random(1001)), BlobAccess.GET);
        assertThat(send("GET", URI.create(signed.toString().replaceAll("\\?.*", "")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aUrlPresignedForHeadTellsTheSizeAndReadsNothing() throws Exception {
        URI signed = contents().presign(store(random(1234)), BlobAccess.HEAD);
        HttpResponse<byte[]> head = send("HEAD", signed);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("1234");
        assertThat(send("GET", signed).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "bytes=0-9,      206, bytes 0-9/1002,      0,   10",
        "bytes=5-5,      206, bytes 5-5/1002,      5,    6",
        "bytes=1000-,    206, bytes 1000-1001/1002, 1000, 1002",
        "bytes=990-5000, 206, bytes 990-1001/1002, 990, 1002",
        "bytes=-10,      206, bytes 992-1001/1002, 992, 1002",
    })
    void aPresignedUrlReadsARange(String range, int status, String contentRange, int from, int to) throws Exception {
        byte[] bytes = random(1002);
        HttpResponse<byte[]> answer = send("GET", contents().presign(store(bytes), BlobAccess.GET), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Range")).contains(contentRange);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
    }

    @Test
    void aRangeBehindTheEndIsNotSatisfiable() throws Exception {
        URI signed = contents().presign(store(random(1003)), BlobAccess.GET);
        assertThat(send("GET", signed, "Range", "bytes=1003-").statusCode()).isEqualTo(416);
    }
}
