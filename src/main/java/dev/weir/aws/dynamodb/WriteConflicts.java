package dev.weir.aws.dynamodb;

import dev.weir.time.RandomNumber;
import dev.weir.time.Sleeper;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Tries a write again that met a transaction on the same item. DynamoDB rejects it instead of letting it wait, and the SDK does not
 * try it again.
 *
 * <p>Source: DynamoDB developer guide, "Transaction conflict handling".
 *
 * @param sleeper lets time pass between two tries
 */
record WriteConflicts(Sleeper sleeper) {
    private static final int TRIES = 5;

    /** Returns what the first try returns that meets no transaction; throws what the last try throws. */
    <T> T retried(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (TransactionConflictException | TransactionCanceledException e) {
                if (attempt == TRIES || !isConflict(e)) {
                    throw e;
                }
                sleeper.sleep(Duration.ofMillis(RandomNumber.between(10, 30L * attempt)));
            }
        }
    }

    private static boolean isConflict(DynamoDbException e) {
        return e instanceof TransactionConflictException
                || (e instanceof TransactionCanceledException canceled
                        && hasReason(canceled, "TransactionConflict")
                        && !hasReason(canceled, "ConditionalCheckFailed"));
    }

    static boolean hasReason(TransactionCanceledException e, String code) {
        return e.cancellationReasons().stream().anyMatch(reason -> code.equals(reason.code()));
    }
}
