package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.store.DueTag;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshTallyTest {
    private static final Instant BEGAN = Instant.parse("2026-11-26T10:00:00Z");
    private final RefreshTally tally = new RefreshTally();

    private static DueTag due(String at) {
        return new DueTag(RepositoryName.parse("up/a"), Tag.parse("1"), Instant.parse(at));
    }

    @ParameterizedTest
    @CsvSource({
        "OUT_OF_TIME,    2026-11-25T12:00:00Z, 2026-11-25T11:59:59.999Z",
        "CIRCUIT_OPEN,   2026-11-01T12:00:00Z, 2026-11-01T11:59:59.999Z",
        "RATE_LIMIT_LOW, 2026-11-26T10:00:00Z, 2026-11-26T09:59:59.999Z",
        "NOT_DUE,        2026-11-25T12:00:00Z, 2026-11-26T10:00:00Z",
        "IDLE,           2026-11-25T12:00:00Z, 2026-11-26T10:00:00Z",
    })
    void whatIsSkippedAndStaysDueIsNotDone(DueDecision decision, String dueAt, Instant done) {
        tally.skipped(due(dueAt), decision);
        assertThat(tally.doneUntil(BEGAN)).isEqualTo(done);
    }

    @Test
    void theOldestThatStaysDueCounts() {
        tally.leftDue(due("2026-11-26T08:00:00Z"));
        tally.bug(due("2026-11-26T07:00:00Z"));
        tally.skipped(due("2026-11-26T09:00:00Z"), DueDecision.CIRCUIT_OPEN);
        assertThat(tally.doneUntil(BEGAN)).isEqualTo("2026-11-26T06:59:59.999Z");
    }
}
