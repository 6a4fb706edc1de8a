package dev.weir.aws.s3;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Turns the SDK's exceptions into the port's.
 *
 * <p>Source: Amazon S3 API reference, "Error responses": SlowDown and ServiceUnavailable are 503.
 *
 * @param bucket the bucket's name
 */
record Failures(String bucket) {

    /** The object has not the bytes that were asked for (416). */
    static final class NoSuchRangeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The call's result. Errors: {@link NoSuchKeyException}, {@link NoSuchUploadException} and {@link NoSuchRangeException}, which are answers;
     * {@link StoreException}.
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
            throw of(operation, e);
        }
    }

    StoreException of(String operation, SdkException e) {
        Kind kind = kind(e);
        return new StoreException(
                kind, "bucket '" + bucket + "': " + operation + " failed: " + e.getMessage() + "; " + remedy(kind), e);
    }

    private static Kind kind(SdkException e) {
        if (!(e instanceof AwsServiceException service)) {
            return Kind.UNAVAILABLE;
        }
        if (service.isThrottlingException() || service.statusCode() == 503 || service.statusCode() == 429) {
            return Kind.THROTTLED;
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
