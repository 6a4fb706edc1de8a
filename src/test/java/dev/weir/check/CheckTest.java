package dev.weir.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decisions of a check: what follows from upstream's word, which tags move, when the next check is. */
class CheckTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final UpstreamRepository REPOSITORY = PullThroughCacheRule.of(
                    RepositoryPrefix.parse("quay"), UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE))
            .map(RepositoryName.parse("quay/a/b"))
            .orElseThrow();

    private final CheckSchedule schedule = new CheckSchedule(DAY);

    @ParameterizedTest
    @CsvSource({
        "same,  false, UNCHANGED",
        "same,  true,  UNCHANGED",
        "other, false, MOVED",
        "other, true,  KEPT_IMMUTABLE",
    })
    void anAnswerIsFollowedUnlessTheTagIsImmutable(String upstream, boolean immutable, CheckOutcome outcome) {
        Digest held = Digest.of(new byte[] {1});
        assertThat(CheckOutcome.of(upstream.equals("same") ? held : Digest.of(new byte[] {2}), held, immutable))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND,    GONE, POSTPONED",
        "UNAUTHORIZED, POSTPONED,  POSTPONED",
        "INVALID,      POSTPONED,  POSTPONED",
        "RATE_LIMITED, LEFT_DUE, LEFT_DUE",
        "UNAVAILABLE,  RETRIED_SOON,     RETRIED_SOON",
        "TIMEOUT,      RETRIED_SOON,     RETRIED_SOON",
    })
    void noFailureMovesATag(Kind kind, CheckOutcome ofHead, CheckOutcome halfWay) {
        UpstreamException failure = UpstreamException.of(kind, "resolve quay.io/a/b:1", "failed");
        assertThat(CheckOutcome.of(failure)).isEqualTo(ofHead);
        assertThat(CheckOutcome.ofMove(failure)).isEqualTo(halfWay);
    }

    @ParameterizedTest
    @CsvSource({
        "MUTABLE,                  '',            1.0,    false",
        "IMMUTABLE,                '',            1.0,    true",
        "IMMUTABLE,                '',            latest, true",
        "IMMUTABLE_WITH_EXCLUSION, latest;dev-*,  latest, false",
        "IMMUTABLE_WITH_EXCLUSION, latest;dev-*,  dev-7,  false",
        "IMMUTABLE_WITH_EXCLUSION, latest;dev-*,  1.0,    true",
        "IMMUTABLE_WITH_EXCLUSION, *-rc*,         1-rc.2, false",
        "MUTABLE_WITH_EXCLUSION,   v*,            v1,     true",
        "MUTABLE_WITH_EXCLUSION,   v*,            main,   false",
    })
    void exclusionFiltersAreEcrs(String mutability, String filters, String tag, boolean immutable) {
        List<String> list = filters.isEmpty() ? List.of() : List.of(filters.split(";", -1));
        assertThat(TagMutability.parse(mutability, list).isImmutable(Tag.parse(tag)))
                .isEqualTo(immutable);
    }

    @Test
    void everyTagIsCheckedOnceAnIntervalAtItsOwnMoment() {
        for (int i = 0; i < 100; i++) {
            Tag tag = Tag.parse("t" + i);
            Instant first = schedule.next(REPOSITORY, tag, NOW);
            assertThat(first).isAfter(NOW).isBeforeOrEqualTo(NOW.plus(DAY));
            assertThat(schedule.next(REPOSITORY, tag, first)).isEqualTo(first.plus(DAY));
            assertThat(schedule.next(REPOSITORY, tag, first.plusSeconds(600))).isEqualTo(first.plus(DAY));
        }
    }

    @Test
    void whatWasCachedAtOnceIsNotCheckedAtOnce() {
        long[] perHour = new long[24];
        IntStream.range(0, 2400)
                .mapToObj(i -> Tag.parse("t" + i))
                .map(tag -> schedule.next(REPOSITORY, tag, NOW))
                .forEach(next ->
                        perHour[(int) Duration.between(NOW, next).minusMillis(1).toHours()]++);
        for (long checks : perHour) {
            assertThat(checks).isCloseTo(100, within(45L));
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT24H", "PT10H, PT24H", "PT24H, PT24H", "PT72H, PT72H", "P60D, P30D"})
    void aTagGoneUpstreamIsAskedForAfterGrowingIntervals(Duration gone, Duration wait) {
        assertThat(schedule.nextWhileGone(REPOSITORY, NOW, NOW.minus(gone))).isEqualTo(NOW.plus(wait));
    }

    @Test
    void aCheckThatGotNoAnswerIsRetriedInTenMinutesBehindTheOthers() {
        assertThat(schedule.retried(REPOSITORY, NOW)).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
        assertThat(new CheckSchedule(Duration.ofMinutes(1)).retried(REPOSITORY, NOW))
                .isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    }

    @Test
    void anIntervalOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckSchedule(Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    @Test
    void aRefusedCheckWaitsAnHourAtMost() {
        assertThat(schedule.postponed(REPOSITORY, NOW)).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(new CheckSchedule(Duration.ofMinutes(5)).postponed(REPOSITORY, NOW))
                .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    }
}
