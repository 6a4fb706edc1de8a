package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.event.CacheAction;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import dev.weir.table.FailingTable;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tick does when upstream has no good answer. */
class RefreshFailureIT extends RefreshSuite {
    @Test
    void aTagGoneUpstreamIsKeptAndAskedForLessAndLess() {
        weir.upstream.image("gone", "1", bytes("layer"));
        Digest held = digestOf(pull("gone"));
        weir.upstream.failWith(404, request -> true);
        assertThat(tickADayLater().failed()).containsEntry("NOT_FOUND", 1);
        assertThat(cached("gone").goneSince()).contains(weir.clock.instant());
        assertThat(digestOf(pull("gone"))).isEqualTo(held);
        int checks = 0;
        for (int day = 0; day < 16; day++) {
            checks += tickADayLater().checked();
        }
        assertThat(checks).isEqualTo(5); // after 1, 1, 2, 4 and 8 days
        assertThat(told()).containsExactly(CacheAction.Type.FIRST_CACHED, CacheAction.Type.GONE_UPSTREAM);
    }

    @Test
    void aRefusedRuleIsToldOnceAnHourAndNotPerTag() {
        for (int i = 0; i < 5; i++) {
            weir.upstream.image("refused" + i, "1", bytes("layer"));
            pull("refused" + i);
        }
        weir.events.clear();
        weir.upstream.failWith(403, request -> true);
        assertThat(tickADayLater().failed()).containsEntry("UNAUTHORIZED", 5);
        weir.clock.advance(Duration.ofHours(1));
        assertThat(tick().failed()).containsEntry("UNAUTHORIZED", 5);
        assertThat(told()).containsExactly(CacheAction.Type.REFRESH_FAILED, CacheAction.Type.REFRESH_FAILED);
        assertThat(pull("refused1").status()).isEqualTo(200);
    }

    @Test
    void aPullTellsOfARuleThatFailsToo() {
        weir.upstream.image("secret", "1", bytes("layer"));
        pull("secret");
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.failWith(401, request -> true);
        assertThat(pull("secret").status()).isEqualTo(200);
        weir.clock.advance(Duration.ofMinutes(30));
        assertThat(pull("secret").status()).isEqualTo(200);
        assertThat(told()).containsExactly(CacheAction.Type.FIRST_CACHED, CacheAction.Type.REFRESH_FAILED);
    }

    @Test
    void a429PausesTheUpstreamForAllFunctions() {
        weir.cacheMany("limited", 40);
        weir.upstream.misbehave(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "600");
            exchange.sendResponseHeaders(429, -1);
            return true;
        });
        RefreshReport report = tickADayLater();
        assertThat(report.skipped().getOrDefault("CIRCUIT_OPEN", 0)).isPositive();
        assertThat(report.checked()).isLessThan(40);
        weir.upstream.requests().clear();
        RegistryResponse other = WeirUnderTest.get(weir.process(weir.clock, 0), "/v2/up/never/manifests/1");
        assertThat(other.status()).isEqualTo(429);
        assertThat(other.headers()).containsEntry("Retry-After", "600");
        assertThat(weir.upstream.requests()).isEmpty();
        weir.upstream.behave();
        weir.clock.advance(Duration.ofMinutes(10));
        assertThat(tick().unchanged()).isEqualTo(40);
    }

    @Test
    void aDeadUpstreamIsAskedAFewTimesAndPullsDoNotWaitForIt() {
        weir.cacheMany("dead", 60);
        weir.upstream.failWith(503, request -> true);
        RefreshReport report = tickADayLater();
        assertThat(report.checked()).isLessThanOrEqualTo(5 + 16);
        assertThat(report.skipped()).containsKey("CIRCUIT_OPEN");
        assertThat(report.due()).isEqualTo(60);
        weir.clock.advance(Duration.ofSeconds(1));
        weir.upstream.requests().clear();
        RegistryResponse pull = WeirUnderTest.get(weir.process(weir.clock, 0), "/v2/up/dead/manifests/t30");
        assertThat(pull.status()).isEqualTo(200);
        assertThat(pull.headers().get("Cache-Status")).startsWith("weir; hit; fwd=stale");
        assertThat(weir.upstream.requests()).isEmpty();
        weir.upstream.behave();
        weir.clock.advance(Duration.ofMinutes(11));
        assertThat(tick().unchanged()).isEqualTo(60);
    }

    @Test
    void tagsThatAlwaysFailDoNotKeepTheOthersOfTheirUpstreamWaiting() {
        weir.cacheMany("broken", 40);
        weir.clock.advance(Duration.ofMinutes(1));
        weir.cacheMany("sound", 40);
        weir.upstream.failWith(503, request -> request.path().contains("/broken/"));
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        for (int tick = 0; tick < 12; tick++) {
            tick();
            weir.clock.advance(Duration.ofMinutes(15));
        }
        assertThat(weir.upstream.requests().stream()
                        .map(request -> request.path())
                        .filter(path -> path.contains("/sound/"))
                        .distinct())
                .hasSize(40);
    }

    @Test
    void whatIsLeftOfTheRateLimitIsLeftToPulls() {
        weir.cacheMany("spare", 60);
        weir.upstream.misbehave(exchange -> {
            exchange.getResponseHeaders().set("ratelimit-limit", "100;w=21600");
            exchange.getResponseHeaders().set("ratelimit-remaining", "9;w=21600");
            return false;
        });
        RefreshReport report = tickADayLater();
        assertThat(report.skipped().getOrDefault("RATE_LIMIT_LOW", 0)).isGreaterThanOrEqualTo(60 - 16 - 16);
        weir.upstream.behave();
        weir.clock.advance(Duration.ofMinutes(15));
        RefreshReport next = tick();
        assertThat(next.unchanged() + report.unchanged()).isEqualTo(60);
    }

    /** Twenty calls a day for sixty tags: each is checked every three days, and none is left out for ever. */
    @Test
    void allTagsOfALimitedUpstreamHaveTheirTurn() {
        weir.cacheMany("limited", 60);
        weir.upstream.requests().clear();
        AtomicInteger granted = new AtomicInteger();
        weir.upstream.misbehave(exchange -> {
            if (granted.decrementAndGet() >= 0) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", "60");
            exchange.sendResponseHeaders(429, -1);
            return true;
        });
        Duration late = Duration.ZERO;
        for (int window = 0; window < 4 * 12; window++) {
            weir.clock.advance(Duration.ofHours(6));
            granted.set(5);
            RefreshReport report = tick();
            late = window < 4 * 8 || late.compareTo(report.oldestOverdue()) > 0 ? late : report.oldestOverdue();
        }
        assertThat(weir.upstream.requests().stream()
                        .map(request -> request.path())
                        .distinct())
                .hasSize(60);
        assertThat(late).isLessThan(Duration.ofDays(5));
    }

    @Test
    void aRuleThatIsReplacedPostponesNothing() {
        weir.cacheMany("replaced", 48);
        Rules before = weir.rules;
        int checked = 0;
        for (int tick = 0; tick < 4 * 24; tick++) {
            weir.clock.advance(Duration.ofMinutes(15));
            weir.rules = tick % 2 == 0 ? () -> RuleSet.of() : before;
            checked += tick().unchanged();
        }
        assertThat(checked).isEqualTo(48);
    }

    @Test
    void tagsOfARuleThatIsBackAreNotLate() {
        weir.cacheMany("back", 48);
        Rules before = weir.rules;
        weir.rules = () -> RuleSet.of();
        for (int tick = 0; tick < 4 * 50; tick++) {
            weir.clock.advance(Duration.ofMinutes(15));
            tick();
        }
        weir.rules = before;
        int checked = 0;
        for (int tick = 0; tick < 4 * 24; tick++) {
            weir.clock.advance(Duration.ofMinutes(15));
            RefreshReport report = tick();
            checked += report.unchanged();
            assertThat(report.oldestOverdue()).isLessThan(Duration.ofMinutes(46));
        }
        assertThat(checked).isEqualTo(48);
    }

    /** The tag's due time was moved on before its manifest was fetched, so it is not the first of each tick. */
    @Test
    void aManifestThatExhaustsMemoryEndsNoTickAndIsNotFirstInLineForEver() {
        weir.upstream.image("huge", "1", bytes("layer"));
        weir.upstream.image("small", "1", bytes("layer"));
        pull("huge");
        pull("small");
        weir.upstream.image("huge", "1", bytes("more than there is room for"));
        FailingTable table = new FailingTable(weir.table);
        table.exhaustMemoryOn("R#up/huge");
        weir.clock.advance(WeirUnderTest.INTERVAL);
        try (Refresher other = weir.refresher(table)) {
            RefreshReport report = other.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
            assertThat(report.failed()).containsExactly(entry("BUG", 1));
            assertThat(report.unchanged()).isEqualTo(1);
            assertThat(other.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)))
                            .due())
                    .isZero();
        }
        assertThat(pull("huge").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"true, UNREADABLE_RULE", "false, NO_RULE"})
    void tagsComeUpOnceADayWhileTheirRuleIsGoneAndATickSaysSoOnce(boolean unreadable, String reason) {
        weir.cacheMany("ruleless", 5);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Rules before = weir.rules;
        Set<RepositoryPrefix> prefixes = unreadable ? Set.of(RepositoryPrefix.parse("up")) : Set.of();
        weir.rules = () -> new RuleSet(List.of(), prefixes, Map.of());
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("dev.weir");
        Handler handler = new LogLines(lines);
        logger.addHandler(handler);
        for (int i = 0; i < 2; i++) {
            assertThat(tick().skipped()).containsExactly(entry(reason, 5));
            weir.clock.advance(WeirUnderTest.INTERVAL);
        }
        logger.removeHandler(handler);
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("refresh "));
        weir.rules = before;
        assertThat(tick().unchanged()).isEqualTo(5);
    }

    /** Keeps what is logged. */
    private static final class LogLines extends Handler {
        private final List<String> lines;

        LogLines(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(String.valueOf(line.getMessage()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
