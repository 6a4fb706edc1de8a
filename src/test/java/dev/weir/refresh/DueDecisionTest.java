package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.time.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueDecisionTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // time left, circuit open, rate limit low
        "PT1S,  false, false, CHECK",
        "PT0S,  false, false, OUT_OF_TIME",
        "PT-1S, true,  true,  OUT_OF_TIME",
        "PT1S,  true,  false, CIRCUIT_OPEN",
        "PT1S,  true,  true,  CIRCUIT_OPEN",
        "PT1S,  false, true,  RATE_LIMIT_LOW",
    })
    void decidesWithoutALookAtTheTagWhereItCan(Duration left, boolean open, boolean low, DueDecision decision) {
        Deadline deadline = Deadline.in(Clock.fixed(NOW, ZoneOffset.UTC), left);
        assertThat(DueDecision.before(deadline.isOver(), open, low)).isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource({
        // due since, pulled ago
        "PT0S,   P1D,  CHECK",
        "P1D,    P29D, CHECK",
        "PT-1S,  P1D,  NOT_DUE",
        "PT-1S,  P31D, NOT_DUE",
        "PT0S,   P30D, IDLE",
        "P1D,    P31D, IDLE",
    })
    void decidesByWhatTheTagsEntrySays(Duration dueSince, Duration pulledAgo, DueDecision decision) {
        assertThat(DueDecision.of(NOW, NOW.minus(dueSince), NOW.minus(pulledAgo), Duration.ofDays(30)))
                .isEqualTo(decision);
    }
}
