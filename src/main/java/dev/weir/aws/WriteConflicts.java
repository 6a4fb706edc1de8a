package dev.weir.aws;

import dev.weir.time.Sleeper;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Tries a write again that met a transaction on the same item. DynamoDB refuses it instead of letting it wait, and the SDK
 * leaves that to us.
 *
 * <p>Source: DynamoDB developer guide, "Transaction conflict handling".
 */
record WriteConflicts(Sleeper pause) {
    private static final int TRIES = 5;

    void retried(Runnable write) {
        for (int attempt = 1; ; attempt++) {
            try {
                write.run();
                return;
            } catch (TransactionConflictException | TransactionCanceledException e) {
                if (attempt == TRIES || !isConflict(e)) {
                    throw e;
                }
                pause.of(Duration.ofMillis(ThreadLocalRandom.current().nextLong(10, 30L * attempt)));
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
