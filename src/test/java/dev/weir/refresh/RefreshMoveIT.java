package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.CacheAction;
import dev.weir.fake.WeirUnderTest;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.TagMove;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens to a tag that has moved upstream, and to pulls meanwhile. */
class RefreshMoveIT extends RefreshSuite {
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
        assertThat(weir.tags.history(RepositoryName.parse("up/released"), ONE))
                .extracting(TagMove::digest)
                .containsExactly(released, old);
        assertThat(weir.tags.history(RepositoryName.parse("up/released"), ONE))
                .extracting(TagMove::by)
                .containsExactly(TagMove.By.REFRESH, TagMove.By.PULL);
        assertThat(told()).containsExactly(CacheAction.Type.FIRST_CACHED, CacheAction.Type.MOVED);
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
        UpstreamRepository name = weir.repository("up/multi");
        assertThat(weir.links.manifest(name, nextAmd).found()).isPresent();
        assertThat(weir.links.blob(name, Digest.of(bytes("amd 2"))).found()).isPresent();
        assertThat(weir.links.manifest(name, nextArm).found()).isEmpty();
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
        assertThat(cached("halfway").digest()).isEqualTo(old);
        weir.upstream.behave();
        weir.clock.advance(Duration.ofMinutes(15));
        assertThat(tick().moved()).isEqualTo(1);
        assertThat(cached("halfway").digest()).isEqualTo(next);
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
    void aPullThatMovesATagCountsAsAPull() {
        weir.upstream.image("used", "1", bytes("old"));
        pull("used");
        weir.clock.advance(WeirUnderTest.IDLE.plusDays(1));
        weir.upstream.image("used", "1", bytes("new"));
        pull("used");
        assertThat(cached("used").pulledAt()).isEqualTo(weir.clock.instant());
        assertThat(tickADayLater().unchanged()).isEqualTo(1);
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
        weir.tags.schedule(RepositoryName.parse("up/whole"), ONE, weir.clock.instant());
        weir.clock.advance(WeirUnderTest.INTERVAL.minusSeconds(1));
        weir.tags.schedule(RepositoryName.parse("up/whole"), ONE, weir.clock.instant());
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

    /** The tick asked before the publisher went back, and the pull after: the pull's word counts. */
    @Test
    void aMoveThatWasWithdrawnWhileItsLayersWereFilledIsNotMade() throws Exception {
        weir.upstream.image("reverted", "1", bytes("good layer"));
        Digest good = digestOf(pull("reverted"));
        Digest withdrawn = weir.upstream.image("reverted", "1", bytes("withdrawn layer"));
        CountDownLatch layerAsked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        weir.upstream.misbehave(exchange -> {
            if (exchange.getRequestURI()
                    .getPath()
                    .contains(Digest.of(bytes("withdrawn layer")).toString())) {
                layerAsked.countDown();
                awaited(go);
            }
            return false;
        });
        weir.clock.advance(WeirUnderTest.INTERVAL);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Future<RefreshReport> moving = pool.submit(this::tick);
        boolean began = layerAsked.await(20, TimeUnit.SECONDS);
        weir.upstream.image("reverted", "1", bytes("good layer"));
        weir.clock.advance(Duration.ofSeconds(1));
        RegistryResponse confirmed = pull("reverted");
        go.countDown();
        RefreshReport report = moving.get();
        pool.shutdownNow();
        assertThat(began).as("%s", report).isTrue();
        assertThat(confirmed.headers()).containsEntry("Cache-Status", "weir; hit; fwd=stale; fwd-status=200");
        assertThat(report.skipped()).containsEntry("SUPERSEDED", 1);
        assertThat(digestOf(pull("reverted"))).isEqualTo(good).isNotEqualTo(withdrawn);
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
    void aTagWhoseTickWasKilledInTheMiddleOfAMoveMovesInTheNext() {
        weir.upstream.image("killed", "1", bytes("old"));
        pull("killed");
        Digest next = weir.upstream.image("killed", "1", bytes("new"));
        weir.clock.advance(WeirUnderTest.INTERVAL);
        Instant now = weir.clock.instant();
        // What a killed process leaves: both leases held, the new manifest in, the pointer where it was.
        weir.leases.acquire(LeaseName.ofRefresh(), "dead", Leases.Take.FREE, now, weir.leaseEnd());
        weir.leases.acquire(
                LeaseName.ofBlob(weir.repository("up/killed"), Digest.of(bytes("new"))),
                "dead",
                Leases.Take.FREE,
                now,
                weir.leaseEnd());
        WeirUnderTest.get(registry, "/v2/up/killed/manifests/" + next);
        assertThat(tick().ran()).isFalse();
        weir.clock.advance(Duration.ofSeconds(46));
        assertThat(tick().moved()).isEqualTo(1);
        assertThat(cached("killed").digest()).isEqualTo(next);
    }
}
