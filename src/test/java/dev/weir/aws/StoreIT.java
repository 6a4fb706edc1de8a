package dev.weir.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.cache.CachedManifest;
import dev.weir.cache.CachedTag;
import dev.weir.cache.DueTag;
import dev.weir.cache.LeaseName;
import dev.weir.cache.TagMove;
import dev.weir.cache.TagMove.By;
import dev.weir.cache.TagStanding;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the ports promise, on the real adapters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreIT {
    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(30);

    private final WeirUnderTest weir = new WeirUnderTest();

    @AfterAll
    void stop() {
        weir.close();
    }

    private static LeaseName lease() {
        return LeaseName.ofBlob(Digest.of(Long.toString(System.nanoTime()).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aMoveByRefreshKeepsThePullThatWasNotedMeanwhile() {
        RepositoryName repository = RepositoryName.parse("up/noted");
        Tag tag = Tag.parse("1");
        Manifest old = new Manifest(MediaType.OCI_INDEX, Digest.of(new byte[] {1}), new byte[] {1});
        CachedManifest next = new CachedManifest(
                new Descriptor(MediaType.OCI_MANIFEST, Digest.of(new byte[] {2}), 1), Optional.empty());
        CachedTag first = CachedTag.first(CachedManifest.of(old), NOW);
        weir.index.putTag(repository, tag, first, LATER, Optional.empty(), By.PULL);
        weir.index.touch(
                repository, tag, old.digest(), new TagStanding(NOW, LATER, Optional.of(NOW), Optional.empty()));
        Instant pulled = NOW.plus(Duration.ofHours(2));
        weir.index.pulled(repository, tag, pulled, Duration.ofHours(1));
        CachedTag moved = new CachedTag(next, LATER, LATER, NOW, Optional.empty(), Optional.empty());
        weir.index.putTag(repository, tag, moved, LATER, Optional.of(old.digest()), By.REFRESH);
        assertThat(weir.index.tag(repository, tag).found())
                .contains(new CachedTag(next, LATER, LATER, pulled, Optional.empty(), Optional.empty()));
        weir.index.putTag(
                repository, tag, first, LATER, Optional.of(next.descriptor().digest()), By.PULL);
        assertThat(weir.index.tag(repository, tag).found()).contains(first);
    }

    @Test
    void theLastFiftyMovesOfATagAreKept() {
        RepositoryName repository = RepositoryName.parse("up/moving");
        Tag tag = Tag.parse("1");
        Optional<Digest> from = Optional.empty();
        for (byte i = 0; i < 53; i++) {
            Manifest manifest = new Manifest(MediaType.OCI_INDEX, Digest.of(new byte[] {i}), new byte[] {i});
            CachedTag cached = CachedTag.first(CachedManifest.of(manifest), NOW.plusSeconds(i));
            assertThat(weir.index.putTag(repository, tag, cached, LATER, from, By.REFRESH))
                    .isTrue();
            from = Optional.of(manifest.digest());
        }
        List<TagMove> history = weir.index.history(repository, tag);
        assertThat(history).hasSize(50);
        assertThat(history.get(0)).isEqualTo(new TagMove(Digest.of(new byte[] {52}), NOW.plusSeconds(52), By.REFRESH));
    }

    @Test
    void aRuleThatCanNotBeReadIsNobodyElsesAndTheOthersStand() {
        weir.putItem(Map.of("pk", "RULES", "sk", "good", "upstreamRegistryUrl", "quay.io"));
        weir.putItem(Map.of("pk", "RULES", "sk", "bad", "upstreamRegistryUrl", "quay.io", "refreshInterval", "PT0M"));
        weir.putItem(Map.of("pk", "RULES", "sk", "worse", "upstreamRegistryUrl", "not a host"));
        weir.putItem(Map.of("pk", "RULES", "sk", "hub", "upstreamRegistryUrl", "registry-1.docker.io"));
        weir.putItem(Map.of("pk", "REPOSITORIES", "sk", "hub/alpine", "imageTagMutability", "IMMUTABLE"));
        weir.putItem(Map.of("pk", "REPOSITORIES", "sk", "Hub/Alpine", "imageTagMutability", "IMMUTABLE"));
        weir.putItem(Map.of("pk", "REPOSITORIES", "sk", "good/app", "imageTagMutability", "FIXED"));
        weir.putItem(Map.of("pk", "RULES", "sk", "ROOT", "upstreamRegistryUrl", "registry-1.docker.io"));
        DynamoDbRules rules = new DynamoDbRules(weir.table, Set.of());
        assertThat(rules.list())
                .extracting(rule -> rule.repositoryPrefix().value())
                .containsExactlyInAnyOrder("good", "hub", "ROOT");
        assertThat(rules.match(RepositoryName.parse("other/app"))).isPresent();
        assertThatThrownBy(() -> rules.match(RepositoryName.parse("bad/app")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("'bad' can't be read");
        for (String name : List.of("hub/alpine", "hub/library/alpine", "good/app")) {
            assertThat(rules.match(RepositoryName.parse(name))
                            .orElseThrow()
                            .tagMutability()
                            .immutable())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void anItemThatIsNoTagEndsNoTick() {
        RepositoryName repository = RepositoryName.parse("up/due");
        Tag tag = Tag.parse("1");
        Manifest manifest = new Manifest(MediaType.OCI_INDEX, Digest.of(new byte[] {9}), new byte[] {9});
        Instant due = NOW.minus(Duration.ofDays(365));
        weir.index.putTag(
                repository, tag, CachedTag.first(CachedManifest.of(manifest), NOW), due, Optional.empty(), By.PULL);
        for (char shard : "0123456789abcdef".toCharArray()) {
            weir.putItem(Map.of("pk", "R#No/Name", "sk", "T#" + shard, "dueShard", "" + shard, "dueAt", 1L));
        }
        List<DueTag> found = new ArrayList<>();
        weir.dueTags.due(due).forEachRemaining(found::add);
        assertThat(found).containsExactly(new DueTag(repository, tag, due));
    }

    @Test
    void oneOfManyAcquiresALease() throws Exception {
        LeaseName name = lease();
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Boolean>> tries = IntStream.range(0, 16)
                    .<Callable<Boolean>>mapToObj(n -> () -> weir.leases.acquire(name, "owner-" + n, NOW, LATER))
                    .toList();
            int won = 0;
            for (Future<Boolean> one : pool.invokeAll(tries)) {
                won += one.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void anExpiredLeaseGoesToAnotherAndIsLostToItsHolder() {
        LeaseName name = lease();
        assertThat(weir.leases.acquire(name, "a", NOW, LATER)).isTrue();
        assertThat(weir.leases.acquire(name, "b", NOW, LATER)).isFalse();
        assertThat(weir.leases.renew(name, "a", LATER.plusSeconds(30))).isTrue();
        assertThat(weir.leases.acquire(name, "b", LATER, LATER.plusSeconds(60))).isFalse();
        assertThat(weir.leases.acquire(name, "b", LATER.plusSeconds(30), LATER.plusSeconds(60)))
                .isTrue();
        assertThat(weir.leases.renew(name, "a", LATER.plusSeconds(90))).isFalse();
        weir.leases.release(name, "a");
        assertThat(weir.leases.find(name)).isPresent();
        weir.leases.release(name, "b");
        assertThat(weir.leases.find(name)).isEmpty();
    }

    @Test
    void aFailureIsToldAndDoesNotHoldTheLease() {
        LeaseName name = lease();
        weir.leases.acquire(name, "a", NOW, LATER);
        UpstreamException why = new UpstreamException(
                Kind.RATE_LIMITED, "fetch x", "status 429", 429, Optional.of(Duration.ofSeconds(7)), null);
        weir.leases.fail(name, "a", why, NOW, LATER);
        UpstreamException told = weir.leases.find(name).orElseThrow().failure().orElseThrow();
        assertThat(told).hasMessage("fetch x: status 429");
        assertThat(told.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(weir.leases.acquire(name, "b", NOW, LATER)).isTrue();
        weir.leases.handOver(name, "b", LATER);
        assertThat(weir.leases.acquire(name, "c", NOW, LATER)).isTrue();
    }

    @Test
    void anAbsenceNeverReplacesWhatIsHeldAndATouchNeverMovesATag() {
        RepositoryName repository = RepositoryName.parse("up/index");
        Tag tag = Tag.parse("1");
        Manifest manifest = new Manifest(MediaType.OCI_INDEX, Digest.of(new byte[] {7}), new byte[] {7});
        weir.index.putManifestAbsent(repository, tag, LATER);
        assertThat(weir.index.tag(repository, tag).isAbsentAt(NOW)).isTrue();
        assertThat(weir.index.tags(repository)).isEmpty();
        CachedTag cached = CachedTag.first(CachedManifest.of(manifest), NOW);
        assertThat(weir.index.putTag(repository, tag, cached, LATER, Optional.of(manifest.digest()), By.PULL))
                .isFalse();
        assertThat(weir.index.putTag(repository, tag, cached, LATER, Optional.empty(), By.PULL))
                .isTrue();
        assertThat(weir.index.putTag(repository, tag, cached, LATER, Optional.empty(), By.PULL))
                .isFalse();
        assertThat(weir.index.history(repository, tag)).containsExactly(new TagMove(manifest.digest(), NOW, By.PULL));
        weir.index.putManifestAbsent(repository, tag, LATER);
        assertThat(weir.index
                        .tag(repository, tag)
                        .found()
                        .orElseThrow()
                        .manifest()
                        .inline())
                .contains(manifest);
        TagStanding gone = new TagStanding(LATER, LATER, Optional.of(LATER), Optional.empty());
        TagStanding right = new TagStanding(LATER, LATER, Optional.empty(), Optional.of(manifest.digest()));
        weir.index.touch(repository, tag, Digest.of(new byte[0]), gone);
        assertThat(weir.index.tag(repository, tag).found().orElseThrow().checkedAt())
                .isEqualTo(NOW);
        weir.index.touch(repository, tag, manifest.digest(), gone);
        assertThat(weir.index.tag(repository, tag).found().orElseThrow().goneSince())
                .contains(LATER);
        weir.index.touch(repository, tag, manifest.digest(), right);
        assertThat(weir.index.tag(repository, tag).found().orElseThrow().upstreamDigest())
                .contains(manifest.digest());
        assertThat(weir.index.tag(repository, tag).found().orElseThrow().goneSince())
                .isEmpty();
        assertThat(weir.index.tags(repository)).containsExactly(tag);
    }
}
