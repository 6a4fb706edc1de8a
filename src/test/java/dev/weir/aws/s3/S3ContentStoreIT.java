package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.AwsUnderTest;
import dev.weir.oci.Digest;
import dev.weir.store.ContentStore;
import dev.weir.store.ContentStoreContract;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ContentStoreIT extends ContentStoreContract {
    private static final int MIB = 1024 * 1024;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final S3Client s3 = aws.clients.s3();
    private final S3ContentStore contents = new S3ContentStore(s3, aws.clients.s3Presigner(), aws.storeName);

    S3ContentStoreIT() {
        contents.createBucketIfAbsent();
    }

    @AfterAll
    void stop() {
        aws.close();
    }

    @Override
    protected ContentStore contents() {
        return contents;
    }

    @Override
    protected URI base() {
        return aws.emulator().s3();
    }

    @Override
    protected int uploads() {
        return s3.listMultipartUploads(request -> request.bucket(aws.storeName))
                .uploads()
                .size();
    }

    @Override
    protected void overwrite(Digest digest, byte[] bytes) {
        s3.putObject(
                request -> request.bucket(aws.storeName).key(S3ContentStore.key(digest)), RequestBody.fromBytes(bytes));
    }

    @Override
    protected boolean isSignatureRequired() {
        return !AwsUnderTest.isLocalStack();
    }

    @Test
    void removesWhatAKilledProcessLeftOfAnUpload() throws IOException {
        byte[] bytes = random(9 * MIB);
        s3.createMultipartUpload(request -> request.bucket(aws.storeName).key(S3ContentStore.key(Digest.of(bytes))));
        store(bytes);
        assertThat(uploads()).isZero();
        s3.createMultipartUpload(request -> request.bucket(aws.storeName).key("blobs/sha256/ab/left"));
        contents.abortUploadsBefore(Instant.now().plusSeconds(60));
        assertThat(uploads()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8388608, 8", "1073741824, 8", "107374182400, 10.24", "10737418240000, 64", "-1, 16"})
    void keepsPartsFrom8To64MiBAndUnder10000(long size, double mib) {
        int part = MultipartUpload.partSize(size < 0 ? OptionalLong.empty() : OptionalLong.of(size));
        assertThat(part / (double) MIB).isCloseTo(mib, Offset.offset(0.01));
    }
}
