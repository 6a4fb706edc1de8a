package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.upstream.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueDecisionTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // due, pulled ago, paused, remaining of 100
        "false, P1D,    false, ,   NOT_DUE",
        "false, P31D,   true,  0,  NOT_DUE",
        "true,  P1D,    false, ,   CHECK",
        "true,  P29D,   false, ,   CHECK",
        "true,  P30D,   false, ,   IDLE",
        "true,  P31D,   true,  0,  IDLE",
        "true,  P1D,    true,  ,   PAUSED",
        "true,  P1D,    true,  5,  PAUSED",
        "true,  P1D,    false, 9,  RATE_LIMIT_LOW",
        "true,  P1D,    false, 10, CHECK",
        "true,  P1D,    false, 76, CHECK",
    })
    void decidesByWhatIsKnownBeforeUpstreamIsAsked(
            boolean due, Duration pulledAgo, boolean paused, Long remaining, DueDecision decision) {
        Optional<RateLimit> limit = Optional.ofNullable(remaining).map(left -> new RateLimit(100, left, NOW));
        assertThat(DueDecision.of(NOW, due, NOW.minus(pulledAgo), Duration.ofDays(30), paused, limit))
                .isEqualTo(decision);
    }
}
