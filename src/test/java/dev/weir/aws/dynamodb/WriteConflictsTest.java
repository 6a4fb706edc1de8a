package dev.weir.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** DynamoDB Local lets conflicting writes wait; DynamoDB refuses one of them. */
class WriteConflictsTest {
    private final WriteConflicts conflicts = new WriteConflicts(wait -> {});
    private final AtomicInteger writes = new AtomicInteger();

    private static TransactionCanceledException canceled(String... codes) {
        return TransactionCanceledException.builder()
                .cancellationReasons(java.util.Arrays.stream(codes)
                        .map(code -> CancellationReason.builder().code(code).build())
                        .toList())
                .build();
    }

    @Test
    void aWriteThatMetATransactionIsTriedAgain() {
        conflicts.retried(() -> {
            if (writes.incrementAndGet() < 3) {
                throw TransactionConflictException.builder().build();
            }
            return true;
        });
        assertThat(writes).hasValue(3);
    }

    @ParameterizedTest
    @CsvSource({
        "TransactionConflict,    None,                5",
        "ConditionalCheckFailed, None,                1",
        "ConditionalCheckFailed, TransactionConflict, 1",
        "ValidationError,        None,                1",
    })
    void aTransactionIsTriedAgainOnlyForAConflict(String first, String second, int tries) {
        assertThatThrownBy(() -> conflicts.retried(() -> {
                    writes.incrementAndGet();
                    throw canceled(first, second);
                }))
                .isInstanceOf(TransactionCanceledException.class);
        assertThat(writes).hasValue(tries);
    }
}
