package dev.weir.aws.s3;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.KeptUpload;
import dev.weir.store.Upload;
import dev.weir.store.UrlLife;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The content store in S3. Shape: {@code blobs/sha256/ab/abcd…}. Encryption is the bucket's default. */
public final class S3ContentStore implements ContentStore {
    private static final Logger LOG = System.getLogger(S3ContentStore.class.getName());

    private final S3Client s3;
    private final PresignedUrls urls;
    private final String bucket;
    private final Failures failures;
    private final KeyOutage writes = new KeyOutage();

    /** A store whose URLs last as long as they usually do. */
    public S3ContentStore(S3Client s3, Supplier<S3Presigner> presigner, String bucket) {
        this(s3, presigner, bucket, UrlLife.USUAL);
    }

    /** @param life of the URLs that clients are sent to */
    public S3ContentStore(S3Client s3, Supplier<S3Presigner> presigner, String bucket, UrlLife life) {
        this.s3 = s3;
        this.urls = new PresignedUrls(s3, presigner, bucket, life);
        this.bucket = bucket;
        this.failures = new Failures(bucket);
    }

    /** Creates the bucket on an emulator; a deployed bucket comes from template.yaml. */
    public void createBucketIfAbsent() {
        try {
            s3.createBucket(request -> request.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException e) {
            return;
        } catch (SdkException e) {
            if (!(e instanceof S3Exception answer) || answer.statusCode() != 409) {
                throw failures.of("CreateBucket", e);
            }
        }
    }

    /** Removes what a process that was killed left of its uploads; in AWS the bucket's rule does it. */
    public void abortUploadsBefore(Instant before) {
        failures
                .translated("ListMultipartUploads", () -> s3.listMultipartUploads(request -> request.bucket(bucket)))
                .uploads()
                .stream()
                .filter(upload ->
                        upload.initiated() == null || upload.initiated().isBefore(before))
                .forEach(upload -> failures.translated(
                        "AbortMultipartUpload",
                        () -> s3.abortMultipartUpload(request ->
                                request.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()))));
    }

    @Override
    public OptionalLong findSize(Digest digest) {
        return readable("GetObject", OptionalLong.empty(), () -> new ObjectProbe(s3, bucket).find(key(digest)));
    }

    @Override
    public Optional<byte[]> find(Digest digest) {
        return readable("GetObject", Optional.empty(), () -> whole(digest));
    }

    private Optional<byte[]> whole(Digest digest) {
        try (ResponseInputStream<GetObjectResponse> object = failures.translated(
                "GetObject",
                () -> s3.getObject(request -> request.bucket(bucket).key(key(digest))))) {
            byte[] bytes = object.readNBytes(Manifest.MAX_SIZE_BYTES + 1);
            return bytes.length <= Manifest.MAX_SIZE_BYTES && digest.matches(bytes)
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<byte[]> read(Digest digest, ByteRange range) {
        return readable("GetObject", Optional.empty(), () -> part(digest, range));
    }

    private Optional<byte[]> part(Digest digest, ByteRange range) {
        try (ResponseInputStream<GetObjectResponse> object = failures.translated(
                "GetObject",
                () -> s3.getObject(
                        request -> request.bucket(bucket).key(key(digest)).range(range.header())))) {
            byte[] bytes = object.readNBytes(range.length());
            return bytes.length == range.length() ? Optional.of(bytes) : Optional.empty();
        } catch (NoSuchKeyException | Failures.NoSuchRangeException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object whose key can't be used counts as not stored, and is stored anew; not while that would fail too. */
    private <T> T readable(String operation, T lost, Supplier<T> read) {
        try {
            return read.get();
        } catch (Failures.NoKeyException e) {
            if (writes.failedLately()) {
                throw failures.of(operation, e);
            }
            LOG.log(Level.WARNING, "an object of bucket ''{0}'' counts as not stored: {1}", bucket, e.getMessage());
            return lost;
        }
    }

    @Override
    public Upload begin(Digest digest, OptionalLong sizeBytes) {
        return S3Upload.begin(object(digest), sizeBytes);
    }

    @Override
    public Optional<Upload> goOn(Digest digest, KeptUpload kept) {
        return S3Upload.goOn(object(digest), kept).map(upload -> upload);
    }

    @Override
    public void discard(Digest digest, KeptUpload kept) {
        object(digest).abort(kept.id());
    }

    private S3Object object(Digest digest) {
        return new S3Object(s3, bucket, key(digest), writes);
    }

    @Override
    public URI presign(Digest digest, BlobAccess access) {
        return urls.sign(key(digest), access, Instant.now());
    }

    static String key(Digest digest) {
        return "blobs/" + digest.algorithm().prefix() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }
}
