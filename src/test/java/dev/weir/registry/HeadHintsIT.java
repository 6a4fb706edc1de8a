package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static dev.weir.fake.WeirUnderTest.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.BlobMisbehaviours;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.refresh.RefreshReport;
import dev.weir.refresh.Refresher;
import dev.weir.store.CachedTag;
import dev.weir.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upstream's HEAD is a hint: where it doesn't tell what is needed, GET decides. A tick checks the tags of other tests too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadHintsIT {
    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryHandler handler = weir.process(weir.clock, Long.MAX_VALUE);
    private final Refresher refresher = weir.refresher();
    private String name = "";
    private int number;

    @BeforeEach
    void freshRepository() {
        name = "h" + number++;
        weir.upstreamIsWell();
    }

    @AfterAll
    void stop() {
        refresher.close();
        weir.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RegistryResponse pull() {
        return get(handler, "/v2/up/" + name + "/manifests/1");
    }

    private RegistryResponse headOfBlob(Digest digest) {
        return send(handler, "HEAD", "/v2/up/" + name + "/blobs/" + digest, Map.of());
    }

    private CachedTag cached() {
        return weir.tags
                .find(weir.repository("up/" + name), Tag.parse("1"))
                .found()
                .orElseThrow();
    }

    private RefreshReport tickAnIntervalLater() {
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        return refresher.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
    }

    /** A 5xx has its three tries by HEAD, which costs no pull, and then one GET. */
    @ParameterizedTest
    @CsvSource({"400, 1", "403, 1", "404, 1", "405, 1", "410, 1", "500, 3", "501, 1", "503, 3", "504, 3"})
    void getDecidesWhereATagPoints(int headStatus, int heads) {
        weir.upstream.image(name, "1", bytes(name));
        pull();
        weir.upstream.failWith(headStatus, request -> request.method().equals("HEAD"));
        RefreshReport report = tickAnIntervalLater();
        assertThat(cached().checkedAt()).isEqualTo(weir.clock.instant());
        assertThat(report.failed()).isEmpty();
        assertThat(cached().goneSince()).isEmpty();
        assertThat(weir.upstream.count("HEAD", "/" + name + "/")).isEqualTo(heads);
        assertThat(weir.upstream.count("GET", "/" + name + "/")).isEqualTo(1);
        Digest moved = weir.upstream.image(name, "1", bytes(name + " moved"));
        weir.clock.advance(WeirUnderTest.INTERVAL);
        assertThat(pull().headers()).containsEntry("Docker-Content-Digest", moved.toString());
    }

    @Test
    void aTagIsGoneWhenGetSaysSoToo() {
        weir.upstream.image(name, "1", bytes(name));
        pull();
        weir.upstream.failWith(404, request -> true);
        assertThat(tickAnIntervalLater().failed()).containsOnlyKeys("NOT_FOUND");
        assertThat(cached().goneSince()).isPresent();
        assertThat(weir.upstream.count("HEAD", "/" + name + "/")).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/" + name + "/")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"401", "429"})
    void getIsNotTriedWhereHeadsWordIsFinal(int status) {
        weir.upstream.image(name, "1", bytes(name));
        pull();
        weir.upstream.failWith(status, request -> request.method().equals("HEAD"));
        tickAnIntervalLater();
        assertThat(weir.upstream.count("HEAD", "/" + name + "/")).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/" + name + "/")).isZero();
    }

    @Test
    void aMalformedDigestOnHeadIsOnlyAHintToo() {
        weir.upstream.image(name, "1", bytes(name));
        pull();
        weir.upstream.misbehave(exchange -> {
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            if (isHead) {
                exchange.getResponseHeaders().set("Docker-Content-Digest", "md5:1");
                exchange.sendResponseHeaders(200, -1);
            }
            return isHead;
        });
        assertThat(tickAnIntervalLater().failed()).isEmpty();
        assertThat(cached().checkedAt()).isEqualTo(weir.clock.instant());
    }

    @ParameterizedTest
    @CsvSource({"400", "403", "404", "405", "500", "503"})
    void getDecidesWhetherABlobIsThereAndHowLongItIs(int headStatus) {
        Digest digest = weir.upstream.blob(name, bytes("blob of " + name));
        weir.upstream.failWith(headStatus, request -> request.method().equals("HEAD"));
        assertThat(headOfBlob(digest).headers())
                .containsEntry("Content-Length", Integer.toString(bytes("blob of " + name).length));
        assertThat(get(handler, "/v2/up/" + name + "/blobs/" + digest).status()).isEqualTo(307);
        assertThat(headOfBlob(Digest.of(bytes("none"))).status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void aBlobThatHeadAndGetDoNotFindIsUnknown() {
        assertThat(headOfBlob(Digest.of(bytes(name))).status()).isEqualTo(404);
    }

    @Test
    void aSizeThatHeadDoesNotTellIsReadFromGet() {
        byte[] blob = bytes("sized by GET " + name);
        Digest digest = weir.upstream.blob(name, blob);
        weir.upstream.misbehave(BlobMisbehaviours.answeringHeadWithoutALength());
        assertThat(headOfBlob(digest).headers()).containsEntry("Content-Length", Integer.toString(blob.length));
        assertThat(weir.contents.findSize(digest)).isEmpty();
    }

    @Test
    void aSizeThatUpstreamNeverTellsIsKnownOnceTheBlobIsFilled() {
        byte[] blob = bytes("never sized " + name);
        Digest digest = Digest.of(blob);
        weir.upstream.misbehave(BlobMisbehaviours.notTellingTheSize(blob));
        RegistryResponse head = headOfBlob(digest);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).containsEntry("Content-Length", Integer.toString(blob.length));
        assertThat(weir.contents.find(digest)).contains(blob);
    }

    @Test
    void aLengthOfZeroIsBelievedOnlyOfTheEmptyBlob() {
        byte[] blob = bytes("zero " + name);
        Digest digest = weir.upstream.blob(name, blob);
        weir.upstream.misbehave(BlobMisbehaviours.answeringHeadWithLengthZero());
        assertThat(headOfBlob(digest).headers()).containsEntry("Content-Length", Integer.toString(blob.length));
        assertThat(headOfBlob(Digest.of(new byte[0])).headers()).containsEntry("Content-Length", "0");
    }

    /** With a page for the first GET, too, what was filled tells the size. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void thePageOfALoginIsNotTakenForTheBlob(int pages, boolean isFilled) {
        byte[] blob = bytes("paged " + name);
        Digest digest = weir.upstream.blob(name, blob);
        weir.upstream.misbehave(BlobMisbehaviours.answeringWithAPage(pages));
        assertThat(headOfBlob(digest).headers()).containsEntry("Content-Length", Integer.toString(blob.length));
        assertThat(weir.contents.findSize(digest).isPresent()).isEqualTo(isFilled);
    }
}
