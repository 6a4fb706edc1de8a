package dev.weir.aws.s3;

import dev.weir.store.KeptUpload;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * The writing calls of S3 for one object.
 *
 * <p>Errors: {@link dev.weir.store.StoreException}.
 *
 * @param writes is told of writes that fail for want of a key
 */
record S3Object(S3Client s3, String bucket, String key, KeyOutage writes) {
    private static final Logger LOG = System.getLogger(S3Object.class.getName());

    private <T> T translated(String operation, Supplier<T> call) {
        Failures failures = new Failures(bucket);
        try {
            return failures.translated(operation, call);
        } catch (Failures.NoKeyException e) {
            writes.began();
            throw failures.of(operation, e);
        }
    }

    void put(InputStream bytes, int length) {
        translated(
                "PutObject",
                () -> s3.putObject(
                        request -> request.bucket(bucket).key(key), RequestBody.fromInputStream(bytes, length)));
    }

    /** The upload's id. */
    String createUpload() {
        return translated(
                        "CreateMultipartUpload",
                        () -> s3.createMultipartUpload(
                                request -> request.bucket(bucket).key(key)))
                .uploadId();
    }

    /** The part's entity tag. */
    String uploadPart(String uploadId, int number, InputStream bytes, int length) {
        return translated(
                        "UploadPart",
                        () -> s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number),
                                RequestBody.fromInputStream(bytes, length)))
                .eTag();
    }

    /** @param etags of the parts, in order */
    void complete(String uploadId, List<String> etags) {
        List<CompletedPart> parts = IntStream.range(0, etags.size())
                .mapToObj(i -> CompletedPart.builder()
                        .partNumber(i + 1)
                        .eTag(etags.get(i))
                        .build())
                .toList();
        translated(
                "CompleteMultipartUpload",
                () -> s3.completeMultipartUpload(request -> request.bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .multipartUpload(upload -> upload.parts(parts))));
    }

    /** Best effort: the bucket's rule removes what this can't. */
    void abort(String uploadId) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(uploadId));
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "could not abort the upload of {0}, the bucket''s rule will: {1}",
                    key,
                    e.getMessage());
        }
    }

    /** The entity tags of the parts that were kept; empty when they are not all there, as they were. */
    Optional<List<String>> findParts(KeptUpload kept) {
        List<Part> parts = new ArrayList<>();
        try {
            translated(
                            "ListParts", () -> s3
                                    .listPartsPaginator(request ->
                                            request.bucket(bucket).key(key).uploadId(kept.id()))
                                    .parts()
                                    .stream()
                                    .limit(kept.parts())
                                    .toList())
                    .forEach(parts::add);
        } catch (NoSuchUploadException e) {
            return Optional.empty();
        }
        boolean areWhole = parts.size() == kept.parts()
                && IntStream.range(0, parts.size())
                        .allMatch(i -> parts.get(i).partNumber() == i + 1
                                && parts.get(i).size() == kept.partSizeBytes());
        return areWhole ? Optional.of(parts.stream().map(Part::eTag).toList()) : Optional.empty();
    }
}
