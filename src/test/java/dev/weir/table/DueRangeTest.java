package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueRangeTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT15M, 1",
        "PT24H, 1",
        "PT24H1M, 2",
        "PT48H, 2",
        "PT49H, 3",
        "P8D, 4",
        "P9D, 5",
        "P33D, 7",
        "P20000D, 7"
    })
    void theLongerItIsAgoTheMoreClassesThereAre(Duration ago, int classes) {
        assertThat(DueRange.since(NOW.minus(ago), NOW)).hasSize(classes);
    }

    /** Whatever is due at whatever time comes up exactly once, and what is late by twice as many days comes up before. */
    @Test
    void theClassesHoldEachTagOnce() {
        List<List<DueRange>> classes = DueRange.since(Instant.EPOCH, NOW);
        int before = classes.size();
        for (int hours = 0; hours < 24 * 50; hours++) {
            Instant dueAt = NOW.minus(Duration.ofHours(hours));
            List<List<DueRange>> holding = classes.stream()
                    .filter(ranges -> ranges.stream().anyMatch(range -> holds(range, dueAt)))
                    .toList();
            assertThat(holding).hasSize(1);
            assertThat(holding.get(0).stream().filter(range -> holds(range, dueAt)))
                    .hasSize(1);
            assertThat(classes.indexOf(holding.get(0))).isLessThanOrEqualTo(before);
            before = classes.indexOf(holding.get(0));
        }
        assertThat(before).isZero();
    }

    private static boolean holds(DueRange range, Instant dueAt) {
        long time = TimesOfDay.of(dueAt);
        return range.contains(dueAt)
                && range.times().first() <= time
                && time <= range.times().last();
    }

    /** The index may have missed it a day ago. */
    @Test
    void theOnlyClassHoldsWhatIsOlderToo() {
        DueRange range =
                DueRange.since(NOW.minus(Duration.ofHours(1)), NOW).get(0).get(0);
        assertThat(range.contains(NOW.minus(Duration.ofDays(3)))).isTrue();
        assertThat(range.contains(NOW.plusMillis(1))).isFalse();
    }
}
