package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FakeUpstream;
import dev.weir.fake.Misbehaviours;
import dev.weir.local.LaptopUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opens a layer that is stored for another repository: its bytes from this repository's upstream, and nothing less. */
class ForeignBlobTest {
    private static final byte[] LAYER = "a private layer of some length".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(LAYER);

    private final FakeUpstream upstream = new FakeUpstream();
    private final LaptopUnderTest weir;

    ForeignBlobTest(@TempDir Path folder) {
        InsecureUpstreams insecure = InsecureUpstreams.parse(Set.of(upstream.hostAndPort()));
        weir = new LaptopUnderTest(
                folder,
                new HttpUpstreamRegistry(
                        rule -> Optional.empty(), insecure, UpstreamTimeouts.DEFAULT, Clock.systemUTC(), wait -> {}));
        weir.rules = RuleSet.of(PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse("http://" + upstream.hostAndPort(), insecure)));
    }

    @BeforeEach
    void theLayerIsStored() {
        upstream.blob("owner", LAYER);
        assertThat(blob("owner").status()).isEqualTo(307);
        assertThat(weir.contents.findSize(DIGEST)).hasValue(LAYER.length);
        upstream.requests().clear();
    }

    @AfterEach
    void stop() {
        weir.close();
        upstream.close();
    }

    private RegistryResponse blob(String name) {
        return get(weir.registry, "/v2/up/" + name + "/blobs/" + DIGEST);
    }

    private boolean isLinked(String name) {
        return weir.links
                .blob(
                        weir.rules
                                .match(RepositoryName.parse("up/" + name))
                                .found()
                                .orElseThrow(),
                        DIGEST)
                .found()
                .isPresent();
    }

    @Test
    void aHeadThatSaysYesToEverythingOpensNothing() {
        upstream.misbehave(Misbehaviours.saysYesToEachHead());
        blob("thief");
        // A size that is not told may make a fill, which is a GET.
        weir.consumeFillRequests();
        assertThat(blob("thief").status()).isEqualTo(404);
        assertThat(isLinked("thief")).isFalse();
    }

    @Test
    void otherBytesOfTheSameLengthOpenNothing() {
        upstream.misbehave(Misbehaviours.answersEachBlobWith(new byte[LAYER.length]));
        assertThat(blob("thief").status()).isEqualTo(502);
        assertThat(isLinked("thief")).isFalse();
    }

    @Test
    void anotherLengthOpensNothing() {
        upstream.misbehave(Misbehaviours.answersEachBlobWith(new byte[LAYER.length * 2]));
        assertThat(blob("thief").status()).isEqualTo(502);
        assertThat(isLinked("thief")).isFalse();
    }

    @Test
    void theBytesThemselvesOpenIt() {
        upstream.misbehave(Misbehaviours.answersEachBlobWith(LAYER));
        assertThat(blob("friend").status()).isEqualTo(307);
        assertThat(isLinked("friend")).isTrue();
        assertThat(upstream.requests())
                .filteredOn(request -> request.method().equals("GET"))
                .allMatch(request -> request.header("Range").isPresent());
    }
}
