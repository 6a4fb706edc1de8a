package dev.weir.aws.dynamodb;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Turns the SDK's exceptions into the port's.
 *
 * <p>Source: DynamoDB developer guide, "Error handling with DynamoDB"; API reference, TransactWriteItems, cancellation codes.
 *
 * @param table the table's name
 */
record Failures(String table) {
    private static final Set<String> THROTTLING = Set.of(
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceeded",
            "ThrottlingException",
            "ThrottlingError",
            "RequestLimitExceeded",
            "TransactionInProgressException",
            "TransactionConflict");

    /** @param operation DynamoDB's name of the call */
    <T> T translated(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            Kind kind = kind(e);
            throw new StoreException(
                    kind, "table '" + table + "': " + operation + " failed: " + detail(e) + "; " + remedy(kind, e), e);
        }
    }

    private static Kind kind(SdkException e) {
        if (e instanceof TransactionConflictException) {
            return Kind.THROTTLED;
        }
        if (e instanceof TransactionCanceledException canceled && canceled.hasCancellationReasons()) {
            return canceled.cancellationReasons().stream().anyMatch(Failures::isThrottling)
                    ? Kind.THROTTLED
                    : Kind.REJECTED;
        }
        if (!(e instanceof AwsServiceException service)) {
            return Kind.UNAVAILABLE;
        }
        if (service.isThrottlingException() || THROTTLING.contains(code(service))) {
            return Kind.THROTTLED;
        }
        return service.statusCode() / 100 == 4 ? Kind.REJECTED : Kind.UNAVAILABLE;
    }

    private static boolean isThrottling(CancellationReason reason) {
        return THROTTLING.contains(Objects.requireNonNullElse(reason.code(), ""));
    }

    private static String code(AwsServiceException e) {
        return e.awsErrorDetails() == null
                ? ""
                : Objects.requireNonNullElse(e.awsErrorDetails().errorCode(), "");
    }

    private static String detail(SdkException e) {
        return e instanceof AwsServiceException service && !code(service).isEmpty()
                ? code(service) + ": "
                        + Objects.requireNonNullElse(service.awsErrorDetails().errorMessage(), "no message")
                : String.valueOf(e.getMessage());
    }

    private static String remedy(Kind kind, SdkException e) {
        return switch (kind) {
            case THROTTLED -> "try again in a few seconds";
            case UNAVAILABLE -> "check region, credentials and the way to DynamoDB";
            case REJECTED ->
                e instanceof AwsServiceException service
                        ? switch (code(service)) {
                            case "ResourceNotFoundException" -> "create the table, or set WEIR_TABLE to its name";
                            case "AccessDeniedException" -> "allow that action on the table in the role that calls";
                            default -> "the request itself is wrong, trying again does not help";
                        }
                        : "trying again does not help";
        };
    }
}
