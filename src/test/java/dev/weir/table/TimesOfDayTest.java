package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesOfDayTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-11-26T10:00:00Z     | 2026-11-26T10:00:00.001Z | 36000001-36000001
            2026-11-26T10:00:00Z     | 2026-11-26T10:15:00Z     | 36000001-36900000
            2026-11-26T23:59:59.999Z | 2026-11-27T00:00:00Z     | 0-0
            2026-11-26T23:00:00Z     | 2026-11-27T00:00:00Z     | 82800001-86399999 0-0
            2026-11-26T10:00:00Z     | 2026-11-27T09:59:59Z     | 36000001-86399999 0-35999000
            2026-11-26T10:00:00Z     | 2026-11-27T10:00:00Z     | 36000001-86399999 0-36000000
            1970-01-01T00:00:00Z     | 2026-11-27T10:00:00Z     | 36000001-86399999 0-36000000
            1969-12-31T23:00:00Z     | 1969-12-31T23:30:00Z     | 82800001-84600000
            1969-12-01T23:00:00Z     | 2026-11-26T23:59:59.999Z | 0-86399999
            2026-11-26T10:00:00Z     | 2026-11-26T10:00:00Z     | none
            2026-11-26T10:00:01Z     | 2026-11-26T10:00:00Z     | none
            """)
    void theTimesBetweenTwoInstantsAreTwoSpansAtMost(Instant after, Instant until, String spans) {
        assertThat(String.join(
                        " ",
                        TimesOfDay.between(after, until).stream()
                                .map(TimesOfDayTest::text)
                                .toList()))
                .isEqualTo(spans.equals("none") ? "" : spans);
    }

    private static String text(TimesOfDay times) {
        return times.first() + "-" + times.last();
    }

    @Property
    void eachTimeOfAnIntervalIsInItsSpansOnceAndNoOther(
            @ForAll @LongRange(min = -4_000_000_000L, max = 4_000_000_000_000L) long after,
            @ForAll @LongRange(min = 0, max = 200_000_000) long millis,
            @ForAll @LongRange(min = 0, max = 86_399_999) long time) {
        Instant until = Instant.ofEpochMilli(after + millis);
        List<TimesOfDay> spans = TimesOfDay.between(Instant.ofEpochMilli(after), until);
        long found = spans.stream()
                .filter(span -> span.first() <= time && time <= span.last())
                .count();
        Instant latest = TimesOfDay.latest(time, until);
        assertThat(TimesOfDay.of(latest)).isEqualTo(time);
        assertThat(latest).isAfter(until.minusMillis(DAY)).isBeforeOrEqualTo(until);
        assertThat(found).isEqualTo(latest.toEpochMilli() > after ? 1 : 0);
        assertThat(spans.stream().flatMapToLong(span -> LongStream.of(span.first(), span.last())))
                .extracting(edge -> TimesOfDay.latest(edge, until))
                .isSorted();
    }
}
