package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.check.CheckOutcome;
import dev.weir.check.TagChecker;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.store.CachedTag;
import dev.weir.store.DueTag;
import java.time.Instant;
import java.util.Optional;
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
        assertThat(tally.doneUntil(BEGAN)).contains(done);
    }

    @ParameterizedTest
    @CsvSource({"LEFT_DUE, 2026-11-25T11:59:59.999Z", "UNCHANGED, 2026-11-26T10:00:00Z", "GONE, 2026-11-26T10:00:00Z"})
    void whatACheckLeavesDueIsNotDone(CheckOutcome outcome, Instant done) {
        CachedTag tag = CachedTag.first(new Descriptor(MediaType.OCI_INDEX, Digest.of(new byte[0]), 1), BEGAN);
        tally.checked(due("2026-11-25T12:00:00Z"), new TagChecker.Result(outcome, tag, Optional.empty()));
        assertThat(tally.doneUntil(BEGAN)).contains(done);
    }

    @Test
    void theOldestThatStaysDueCounts() {
        tally.leftDue(due("2026-11-26T08:00:00Z"));
        tally.leftDue(due("2026-11-26T07:00:00Z"));
        tally.skipped(due("2026-11-26T09:00:00Z"), DueDecision.CIRCUIT_OPEN);
        assertThat(tally.doneUntil(BEGAN)).contains(Instant.parse("2026-11-26T06:59:59.999Z"));
    }

    @Test
    void aTickThatRanOutOfTimeHasDoneWhatCameBeforeTheLastItTook() {
        tally.due(due("2026-11-25T12:00:00Z"));
        tally.due(due("2026-11-25T13:00:00Z"));
        tally.outOfTime();
        assertThat(tally.doneUntil(BEGAN)).contains(Instant.parse("2026-11-25T12:59:59.999Z"));
        assertThat(tally.report(BEGAN, BEGAN, 0).backlog()).isTrue();
    }

    @Test
    void aTickThatTookNothingInItsTimeSaysNothingOfWhatIsDone() {
        tally.outOfTime();
        assertThat(tally.doneUntil(BEGAN)).isEmpty();
    }
}
