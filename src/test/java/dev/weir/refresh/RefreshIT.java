package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cache.CacheAction;
import dev.weir.cache.CacheEvent;
import dev.weir.cache.CachedTag;
import dev.weir.cache.DueTag;
import dev.weir.cache.DueTags;
import dev.weir.cache.TagMove;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.TagMutability;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ticks over the production adapters, a real socket upstream and a clock moved by hand. */
class RefreshIT {
    private static final Tag ONE = Tag.parse("1");

    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryHandler registry = weir.process(weir.clock, Long.MAX_VALUE);
    private final Refresher refresher = weir.refresher();

    @AfterEach
    void stop() {
        refresher.close();
        weir.close();
    }

    private RegistryResponse pull(String name) {
        return WeirUnderTest.get(registry, "/v2/up/" + name + "/manifests/1");
    }

    private RefreshReport tick() {
        return refresher.tick(weir.clock.instant().plus(Duration.ofMinutes(13)));
    }

    private RefreshReport tickADayLater() {
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        return tick();
    }

    private CachedTag cached(String name) {
        return weir.index.tag(RepositoryName.parse("up/" + name), ONE).found().orElseThrow();
    }

    private List<CacheAction.Type> told() {
        return weir.events.stream()
                .filter(CacheAction.class::isInstance)
                .map(event -> ((CacheAction) event).type())
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aTagThatDidNotMoveCostsOneHead() {
        weir.upstream.image("same", "1", bytes("layer"));
        pull("same");
        RefreshReport report = tickADayLater();
        assertThat(report.unchanged()).isEqualTo(1);
        assertThat(report.upstreamCalls()).isEqualTo(1);
        assertThat(weir.upstream.requests()).hasSize(1);
        assertThat(cached("same").checkedAt()).isEqualTo(weir.clock.instant());
        assertThat(tick().due()).isZero();
    }

    @Test
    void thePullAfterAReleaseIsAHit() {
        weir.upstream.image("released", "1", bytes("old"));
        Digest old = digestOf(pull("released"));
        byte[] layer = bytes("new layer");
        Digest released = weir.upstream.image("released", "1", layer);
        assertThat(tickADayLater().moved()).isEqualTo(1);
        weir.upstream.requests().clear();
        RegistryResponse pull = pull("released");
        assertThat(pull.headers()).containsEntry("Cache-Status", "weir; hit");
        assertThat(digestOf(pull)).isEqualTo(released);
        assertThat(WeirUnderTest.get(registry, "/v2/up/released/blobs/" + Digest.of(layer))
                        .headers())
                .containsEntry("Cache-Status", "weir; hit");
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(weir.index.history(RepositoryName.parse("up/released"), ONE))
                .extracting(TagMove::digest)
                .containsExactly(released, old);
        assertThat(weir.index.history(RepositoryName.parse("up/released"), ONE))
                .extracting(TagMove::by)
                .containsExactly(TagMove.By.REFRESH, TagMove.By.PULL);
        assertThat(told()).containsExactly(CacheAction.Type.FIRST_CACHED, CacheAction.Type.MOVED);
    }

    private static Digest digestOf(RegistryResponse response) {
        return Digest.parse(String.valueOf(response.headers().get("Docker-Content-Digest")));
    }

    @Test
    void onlyPlatformsThatArePulledAreBroughtIn() {
        Digest amd = weir.upstream.image("multi", "amd", bytes("amd 1"));
        Digest arm = weir.upstream.image("multi", "arm", bytes("arm 1"));
        index("multi", amd, arm);
        pull("multi");
        WeirUnderTest.get(registry, "/v2/up/multi/manifests/" + amd);
        Digest nextAmd = weir.upstream.image("multi", "amd", bytes("amd 2"));
        Digest nextArm = weir.upstream.image("multi", "arm", bytes("arm 2"));
        index("multi", nextAmd, nextArm);
        assertThat(tickADayLater().moved()).isEqualTo(1);
        RepositoryName name = RepositoryName.parse("up/multi");
        assertThat(weir.index.manifest(name, nextAmd).found()).isPresent();
        assertThat(weir.index.blob(name, Digest.of(bytes("amd 2"))).found()).isPresent();
        assertThat(weir.index.manifest(name, nextArm).found()).isEmpty();
    }

    private void index(String name, Digest amd, Digest arm) {
        weir.upstream.manifest(
                name,
                "1",
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"manifests\":[" + child(amd, "amd64") + "," + child(arm, "arm64") + "]}");
    }

    private static String child(Digest digest, String architecture) {
        return "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"size\":1,\"digest\":\"" + digest
                + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}";
    }

    @Test
    void thePointerStaysWhileABlobIsMissing() {
        weir.upstream.image("halfway", "1", bytes("old"));
        Digest old = digestOf(pull("halfway"));
        Digest next = weir.upstream.image("halfway", "1", bytes("broken layer"));
        weir.upstream.failWith(503, request -> request.path().contains("/blobs/"));
        RefreshReport report = tickADayLater();
        assertThat(report.failed()).containsEntry("UNAVAILABLE", 1);
        assertThat(cached("halfway").manifest().descriptor().digest()).isEqualTo(old);
        weir.upstream.behave();
        weir.clock.advance(Duration.ofMinutes(15));
        assertThat(tick().moved()).isEqualTo(1);
        assertThat(cached("halfway").manifest().descriptor().digest()).isEqualTo(next);
    }

    @Test
    void idleTagsAreLeftAloneUntilTheirNextPull() {
        weir.upstream.image("idle", "1", bytes("layer"));
        pull("idle");
        weir.clock.advance(WeirUnderTest.IDLE);
        weir.upstream.requests().clear();
        assertThat(tick().skipped()).containsEntry("IDLE", 1);
        assertThat(tickADayLater().due()).isZero();
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(pull("idle").headers()).containsEntry("Cache-Status", "weir; hit; fwd=stale; fwd-status=200");
        assertThat(tickADayLater().unchanged()).isEqualTo(1);
    }

    @Test
    void aPullIsNotedOnceAnHour() {
        weir.upstream.image("noted", "1", bytes("layer"));
        pull("noted");
        Instant first = cached("noted").pulledAt();
        weir.clock.advance(Duration.ofMinutes(59));
        pull("noted");
        assertThat(cached("noted").pulledAt()).isEqualTo(first);
        weir.clock.advance(Duration.ofMinutes(1));
        pull("noted");
        assertThat(cached("noted").pulledAt()).isEqualTo(weir.clock.instant());
    }

    @Test
    void anImmutableTagMovesNeitherByRefreshNorByPull() {
        weir.tagMutability = TagMutability.parse("IMMUTABLE_WITH_EXCLUSION", List.of("latest"));
        weir.upstream.image("fixed", "1", bytes("old"));
        Digest old = digestOf(pull("fixed"));
        Digest next = weir.upstream.image("fixed", "1", bytes("new"));
        assertThat(tickADayLater().immutable()).isEqualTo(1);
        assertThat(cached("fixed").upstreamDigest()).contains(next);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        assertThat(digestOf(pull("fixed"))).isEqualTo(old);
        tickADayLater();
        assertThat(told())
                .containsExactly(CacheAction.Type.FIRST_CACHED, CacheAction.Type.IMMUTABLE_TAG_MOVED_UPSTREAM);
    }

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
    void a429PausesTheUpstreamForAllFunctions() {
        weir.cacheMany("limited", 40);
        weir.upstream.misbehave(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "600");
            exchange.sendResponseHeaders(429, -1);
            return true;
        });
        RefreshReport report = tickADayLater();
        assertThat(report.skipped().getOrDefault("PAUSED", 0)).isPositive();
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
        assertThat(report.skipped()).containsKey("PAUSED");
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
    void aPullThatMovesATagCountsAsAPull() {
        weir.upstream.image("used", "1", bytes("old"));
        pull("used");
        weir.clock.advance(WeirUnderTest.IDLE.plusDays(1));
        weir.upstream.image("used", "1", bytes("new"));
        pull("used");
        assertThat(cached("used").pulledAt()).isEqualTo(weir.clock.instant());
        assertThat(tickADayLater().unchanged()).isEqualTo(1);
    }

    @Test
    void aTagWhoseIntervalGrewIsNoLongerDue() {
        weir.upstream.image("slower", "1", bytes("layer"));
        pull("slower");
        weir.refreshInterval = Optional.of(Duration.ofDays(365));
        assertThat(tickADayLater().skipped()).containsEntry("NOT_DUE", 1);
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(tick().due()).isZero();
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

    /** A pull before its tag is stale sees the old image, one after the move the new one, each with all its layers. */
    @Test
    void pullsDuringAMoveGetTheOldOrTheNewImageWhole() throws Exception {
        weir.refreshInterval = Optional.of(Duration.ofDays(1));
        weir.upstream.image("whole", "1", bytes("old layer"));
        Digest old = digestOf(pull("whole"));
        WeirUnderTest.get(registry, "/v2/up/whole/blobs/" + Digest.of(bytes("old layer")));
        Digest next = weir.upstream.image("whole", "1", bytes("new layer"));
        CountDownLatch layerAsked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        weir.upstream.misbehave(exchange -> {
            if (exchange.getRequestURI()
                    .getPath()
                    .contains(Digest.of(bytes("new layer")).toString())) {
                layerAsked.countDown();
                awaited(go);
            }
            return false;
        });
        // Due for refresh, and fresh for pulls: these may not ask upstream themselves.
        weir.index.due(RepositoryName.parse("up/whole"), ONE, weir.clock.instant());
        weir.clock.advance(WeirUnderTest.INTERVAL.minusSeconds(1));
        weir.index.due(RepositoryName.parse("up/whole"), ONE, weir.clock.instant());
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Future<RefreshReport> moving = pool.submit(this::tick);
        boolean began = layerAsked.await(20, TimeUnit.SECONDS);
        Set<Digest> seen = new HashSet<>();
        if (began) {
            seen.add(wholeImage());
        }
        go.countDown();
        RefreshReport report = moving.get();
        pool.shutdownNow();
        assertThat(began).as("%s", report).isTrue();
        assertThat(seen).containsExactly(old);
        assertThat(report.moved()).isEqualTo(1);
        assertThat(wholeImage()).isEqualTo(next);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Digest wholeImage() {
        RegistryResponse manifest = pull("whole");
        assertThat(manifest.status()).isEqualTo(200);
        Digest digest = digestOf(manifest);
        new Manifest(MediaType.OCI_MANIFEST, digest, manifest.body())
                .links()
                .blobs()
                .forEach(blob -> assertThat(WeirUnderTest.get(registry, "/v2/up/whole/blobs/" + blob.digest())
                                .headers())
                        .containsEntry("Cache-Status", "weir; hit"));
        return digest;
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

    @Test
    void twoTicksAtOnceCheckEachTagOnce() throws Exception {
        weir.cacheMany("twice", 100);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        Refresher second = weir.refresher();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        CountDownLatch start = new CountDownLatch(1);
        Instant deadline = weir.clock.instant().plus(Duration.ofMinutes(13));
        Future<RefreshReport> a = pool.submit(() -> {
            start.await();
            return refresher.tick(deadline);
        });
        Future<RefreshReport> b = pool.submit(() -> {
            start.await();
            return second.tick(deadline);
        });
        start.countDown();
        assertThat(a.get().checked() + b.get().checked()).isEqualTo(100);
        assertThat(weir.upstream.requests()).hasSize(100);
        pool.shutdownNow();
        second.close();
    }

    @Test
    void aTickThatRunsOutOfTimeAsksForAnotherAndLosesNothing() {
        weir.cacheMany("late", 50);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.events.clear();
        RefreshReport late = refresher.tick(weir.clock.instant());
        assertThat(late.checked()).isZero();
        assertThat(late.backlog()).isTrue();
        assertThat(weir.events).containsExactly(new CacheEvent.RefreshContinues());
        assertThat(tick().unchanged()).isEqualTo(50);
    }

    @Test
    void aTagWhoseTickWasKilledInTheMiddleOfAMoveMovesInTheNext() {
        weir.upstream.image("killed", "1", bytes("old"));
        pull("killed");
        Digest next = weir.upstream.image("killed", "1", bytes("new"));
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Instant now = weir.clock.instant();
        // What a killed process leaves: both leases held, the new manifest in, the pointer where it was.
        weir.leases.acquire(dev.weir.cache.LeaseName.ofRefresh(), "dead", now, now.plusSeconds(45));
        weir.leases.acquire(dev.weir.cache.LeaseName.ofBlob(Digest.of(bytes("new"))), "dead", now, now.plusSeconds(45));
        WeirUnderTest.get(registry, "/v2/up/killed/manifests/" + next);
        assertThat(tick().ran()).isFalse();
        weir.clock.advance(Duration.ofSeconds(46));
        assertThat(tick().moved()).isEqualTo(1);
        assertThat(cached("killed").manifest().descriptor().digest()).isEqualTo(next);
    }

    @Test
    void inADayEachOfAThousandTagsIsCheckedOnceEvenlySpread() {
        weir.cacheMany("day", 1000);
        weir.upstream.requests().clear();
        int most = 0;
        for (int tick = 0; tick < 96; tick++) {
            weir.clock.advance(Duration.ofMinutes(15));
            most = Math.max(most, tick().checked());
        }
        assertThat(weir.upstream.requests()).hasSize(1000);
        assertThat(weir.upstream.requests().stream()
                        .map(request -> request.path())
                        .distinct())
                .hasSize(1000);
        assertThat(most).isLessThan(35); // 1000 / 96 is 10
    }

    @Test
    void tenThousandDueTagsCostOneHeadEachSixteenAtOnceAndThirtyTwoInMemory() {
        weir.cacheMany("big", 10_000);
        Digest held = weir.index
                .tag(RepositoryName.parse("up/big"), Tag.parse("t1"))
                .found()
                .orElseThrow()
                .manifest()
                .descriptor()
                .digest();
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        weir.upstream.misbehave(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                exchange.getResponseHeaders().set("Docker-Content-Digest", held.toString());
                exchange.sendResponseHeaders(200, -1);
            } finally {
                now.decrementAndGet();
            }
            return true;
        });
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger mostTaken = new AtomicInteger();
        DueTags counted = until -> {
            Iterator<DueTag> due = weir.dueTags.due(until);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return due.hasNext();
                }

                @Override
                public DueTag next() {
                    int waiting =
                            taken.incrementAndGet() - weir.upstream.requests().size();
                    mostTaken.accumulateAndGet(waiting, Math::max);
                    return due.next();
                }
            };
        };
        RefreshReport report;
        try (Refresher counting = weir.refresher(counted)) {
            report = counting.tick(weir.clock.instant().plus(Duration.ofMinutes(13)));
        }
        assertThat(mostTaken.get()).isLessThanOrEqualTo(32);
        assertThat(report.unchanged()).isEqualTo(10_000);
        assertThat(report.upstreamCalls()).isEqualTo(10_000);
        assertThat(weir.upstream.requests()).hasSize(10_000);
        assertThat(most.get()).isLessThanOrEqualTo(16);
    }
}
