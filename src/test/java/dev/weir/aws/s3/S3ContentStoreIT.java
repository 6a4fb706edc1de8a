package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.AwsUnderTest;
import dev.weir.oci.Digest;
import dev.weir.store.ContentStore;
import dev.weir.store.ContentStoreContract;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ContentStoreIT extends ContentStoreContract {
    private static final int MIB = 1024 * 1024;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final S3Client s3 = aws.clients.s3();
    private final S3ContentStore contents = new S3ContentStore(s3, aws.clients::s3Presigner, aws.storeName);

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
        s3.createMultipartUpload(request -> request.bucket(aws.storeName).key("blobs/sha256/ab/left"));
        // An upload of another origin's fill may be under way, so a put leaves the others alone.
        assertThat(uploads()).isEqualTo(2);
        contents.abortUploadsBefore(Instant.now().plusSeconds(60));
        assertThat(uploads()).isZero();
    }
}
