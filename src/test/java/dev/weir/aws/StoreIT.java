package dev.weir.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.WeirUnderTest;
import dev.weir.lease.LeaseName;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.store.BlobAccess;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.DueTag;
import dev.weir.store.TagMove;
import dev.weir.store.TagMove.By;
import dev.weir.store.TagStanding;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ports promise, on the real adapters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreIT {
    private static final int MIB = 1024 * 1024;
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

    private static InputStream verified(byte[] bytes, Digest digest) {
        return new VerifyingInputStream(new ByteArrayInputStream(bytes), digest, OptionalLong.empty());
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private int uploads() {
        return weir.s3
                .listMultipartUploads(request -> request.bucket(weir.bucket()))
                .uploads()
                .size();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5 * MIB, 8 * MIB, 17 * MIB + 3})
    void storesContentOfAnySizeWithAndWithoutBeingToldIt(int size) throws IOException {
        byte[] bytes = random(size);
        Digest digest = Digest.of(bytes);
        for (OptionalLong told : List.of(OptionalLong.of(size), OptionalLong.empty())) {
            assertThat(weir.contents.put(digest, told, verified(bytes, digest))).isEqualTo(size);
            assertThat(weir.contents.findSize(digest)).hasValue(size);
        }
        assertThat(uploads()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 17 * MIB})
    void leavesNothingOfContentThatIsNotItsDigest(int size) {
        Digest other = Digest.of(("other" + size).getBytes(StandardCharsets.UTF_8));
        assertThatIOException()
                .isThrownBy(() -> weir.contents.put(other, OptionalLong.of(size), verified(random(size), other)));
        assertThat(weir.contents.findSize(other)).isEmpty();
        assertThat(uploads()).isZero();
    }

    @Test
    void removesWhatAKilledProcessLeftOfAnUpload() throws IOException {
        byte[] bytes = random(9 * MIB);
        Digest digest = Digest.of(bytes);
        weir.s3.createMultipartUpload(request ->
                request.bucket(weir.bucket()).key("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex()));
        weir.contents.put(digest, OptionalLong.of(bytes.length), verified(bytes, digest));
        assertThat(uploads()).isZero();
        weir.s3.createMultipartUpload(request -> request.bucket(weir.bucket()).key("blobs/sha256/ab/left"));
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
        assertThat(uploads()).isZero();
    }

    @Test
    void aPresignedUrlReadsOnlyWhatItWasSignedFor() throws Exception {
        byte[] bytes = random(1000);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1000), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.GET);
        assertThat(status(signed)).isEqualTo(200);
        assertThat(status(URI.create(signed.toString()
                        .replace(digest.hex(), Digest.of(new byte[0]).hex()))))
                .isEqualTo(403);
    }

    @Test
    void nobodyReadsWithoutASignature() throws Exception {
        assumeFalse(AwsUnderTest.isLocalStack(), "LocalStack's community edition lets anyone read an unsigned URL");
        byte[] bytes = random(1001);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1001), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.GET);
        assertThat(status(URI.create(signed.toString().replaceAll("\\?.*", ""))))
                .isEqualTo(403);
    }

    @Test
    void aUrlPresignedForHeadTellsTheSizeAndReadsNothing() throws Exception {
        byte[] bytes = random(1234);
        Digest digest = Digest.of(bytes);
        weir.contents.put(digest, OptionalLong.of(1234), verified(bytes, digest));
        URI signed = weir.contents.presign(digest, BlobAccess.HEAD);
        HttpResponse<Void> head = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(signed)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("1234");
        assertThat(status(signed)).isEqualTo(403);
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

    private static int status(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
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
