package dev.weir.aws.s3;

import dev.weir.aws.s3.Failures.NoKeyException;
import dev.weir.aws.s3.Failures.NoSuchRangeException;
import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import java.util.OptionalLong;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Looks whether an object can be read: by its first byte, since HEAD finds an object whose KMS key is gone.
 *
 * <p>Errors: {@link NoKeyException}; {@link StoreException}.
 *
 * <p>Source: Amazon S3 API reference, HeadObject, "Permissions": it needs {@code kms:Decrypt} for a checksum only.
 */
record ObjectProbe(S3Client s3, String bucket) {

    /** The size in bytes; empty when there is no object. */
    OptionalLong find(String key) {
        Failures failures = new Failures(bucket);
        try {
            GetObjectResponse answer = failures.translated("GetObject", () -> s3.getObject(
                            request -> request.bucket(bucket).key(key).range("bytes=0-0"),
                            ResponseTransformer.toBytes())
                    .response());
            return OptionalLong.of(size(answer));
        } catch (NoSuchRangeException e) {
            return OptionalLong.of(0);
        } catch (NoSuchKeyException e) {
            return OptionalLong.empty();
        } catch (StoreException e) {
            if (e.kind() == Kind.REJECTED && isThere(key, failures)) {
                throw new NoKeyException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** {@code bytes 0-0/1234}; an emulator may send an empty object whole. */
    private static long size(GetObjectResponse answer) {
        String range = answer.contentRange();
        return range == null
                ? answer.contentLength()
                : Long.parseLong(range.substring(range.lastIndexOf('/') + 1).strip());
    }

    /** Where the object is denied for a reason that S3 doesn't tell: the key's, when the object itself may be looked at. */
    private boolean isThere(String key, Failures failures) {
        try {
            failures.translated(
                    "HeadObject",
                    () -> s3.headObject(request -> request.bucket(bucket).key(key)));
            return true;
        } catch (NoSuchKeyException | StoreException | NoKeyException e) {
            return false;
        }
    }
}
