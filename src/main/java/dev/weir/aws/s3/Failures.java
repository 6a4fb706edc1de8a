package dev.weir.aws.s3;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Turns the SDK's exceptions into the port's.
 *
 * <p>Source: Amazon S3 API reference, "Error responses": SlowDown and ServiceUnavailable are 503; what KMS answers comes with its
 * name as {@code KMS.DisabledException} and so on, a missing {@code kms:Decrypt} as AccessDenied.
 *
 * @param bucket the bucket's name
 */
record Failures(String bucket) {
    /** The key is disabled, to be deleted, gone, another, or not allowed. KMS has other names for its own troubles. */
    private static final Set<String> NO_KEY = Set.of(
            "KMS.DisabledException",
            "KMS.KMSInvalidStateException",
            "KMS.NotFoundException",
            "KMS.InvalidKeyUsageException",
            "KMS.IncorrectKeyException",
            "KMS.AccessDeniedException");

    /** The object has not the bytes that were asked for (416). */
    static final class NoSuchRangeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The object is there, and its key can't be used. The message is S3's. */
    static final class NoKeyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoKeyException(String message) {
            super(message);
        }
    }

    /**
     * The call's result. Errors: {@link NoSuchKeyException}, {@link NoSuchUploadException}, {@link NoSuchRangeException} and
     * {@link NoKeyException}, which are answers; {@link StoreException}.
     *
     * @param operation S3's name of the call
     */
    <T> T translated(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (NoSuchKeyException | NoSuchUploadException e) {
            throw e;
        } catch (SdkException e) {
            if (e instanceof AwsServiceException service && service.statusCode() == 416) {
                throw new NoSuchRangeException();
            }
            if (e instanceof AwsServiceException service && isWithoutKey(service)) {
                throw new NoKeyException(String.valueOf(e.getMessage()));
            }
            throw of(operation, e);
        }
    }

    private static boolean isWithoutKey(AwsServiceException e) {
        String code = code(e);
        String message = String.valueOf(e.getMessage());
        return NO_KEY.contains(code)
                || (code.equals("AccessDenied")
                        && (message.contains("kms:Decrypt")
                                || message.contains("kms:GenerateDataKey")
                                || message.contains("ciphertext refers to a customer master key")));
    }

    private static String code(AwsServiceException e) {
        return e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorCode());
    }

    StoreException of(String operation, SdkException e) {
        Kind kind = kind(e);
        return new StoreException(
                kind, "bucket '" + bucket + "': " + operation + " failed: " + e.getMessage() + "; " + remedy(kind), e);
    }

    /** Of an object whose key can't be used, where that can't be mended by fetching it anew. */
    StoreException of(String operation, NoKeyException e) {
        return new StoreException(
                Kind.REJECTED,
                "bucket '" + bucket + "': " + operation + " failed: " + e.getMessage()
                        + "; enable the KMS key of the bucket and allow the role that calls to use it",
                e);
    }

    private static Kind kind(SdkException e) {
        if (!(e instanceof AwsServiceException service)) {
            return Kind.UNAVAILABLE;
        }
        if (service.isThrottlingException() || service.statusCode() == 503 || service.statusCode() == 429) {
            return Kind.THROTTLED;
        }
        if (code(service).startsWith("KMS.")) {
            return Kind.UNAVAILABLE;
        }
        return service.statusCode() / 100 == 4 ? Kind.REJECTED : Kind.UNAVAILABLE;
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case THROTTLED -> "try again in a few seconds";
            case UNAVAILABLE -> "check region, credentials and the way to S3";
            case REJECTED -> "allow that action on the bucket in the role that calls, and set WEIR_BUCKET to its name";
        };
    }
}
