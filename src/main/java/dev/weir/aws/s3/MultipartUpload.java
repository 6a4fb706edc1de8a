package dev.weir.aws.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One large object, part after part through one buffer; visible only when all of it is there and the stream ended well.
 *
 * <p>Units: parts of 8 to 64 MiB, at most 10,000 (S3's limits: 5 MiB to 5 GiB, 10,000 parts).
 */
final class MultipartUpload {
    private static final Logger LOG = System.getLogger(MultipartUpload.class.getName());
    private static final int MIB = 1024 * 1024;
    private static final int MAX_PARTS = 10_000;

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final String uploadId;
    private final List<CompletedPart> parts = new ArrayList<>();

    private MultipartUpload(S3Client s3, String bucket, String key) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.uploadId = s3.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
    }

    /** As small as the size allows; 16 MiB (up to 156 GiB) when the size is not known. A small known size needs less. */
    static int partSize(OptionalLong sizeBytes) {
        if (sizeBytes.isEmpty()) {
            return 16 * MIB;
        }
        long size = sizeBytes.getAsLong();
        if (size < 8 * MIB) {
            return (int) size + 1;
        }
        long smallest = (size + MAX_PARTS - 1) / MAX_PARTS;
        return (int) Math.min(64L * MIB, Math.max(8L * MIB, smallest));
    }

    /**
     * Uploads the part that is read already and the rest of the stream.
     *
     * @return the bytes stored
     */
    static long run(S3Client s3, String bucket, String key, byte[] part, InputStream rest) throws IOException {
        MultipartUpload upload = new MultipartUpload(s3, bucket, key);
        try {
            long size = 0;
            for (int filled = part.length; filled > 0; filled = rest.readNBytes(part, 0, part.length)) {
                upload.add(part, filled);
                size += filled;
            }
            upload.complete();
            return size;
        } catch (IOException | RuntimeException e) {
            upload.abort(e);
            throw e;
        }
    }

    private void add(byte[] part, int length) {
        int number = parts.size() + 1;
        String etag = s3.uploadPart(
                        request -> request.bucket(bucket)
                                .key(key)
                                .uploadId(uploadId)
                                .partNumber(number),
                        RequestBody.fromInputStream(new ByteArrayInputStream(part, 0, length), length))
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }

    private void complete() {
        s3.completeMultipartUpload(request ->
                request.bucket(bucket).key(key).uploadId(uploadId).multipartUpload(upload -> upload.parts(parts)));
    }

    private void abort(Exception cause) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            LOG.log(
                    Level.WARNING,
                    "could not abort the upload of {0}, the bucket''s rule will: {1}",
                    key,
                    e.getMessage());
            cause.addSuppressed(e);
        }
    }
}
