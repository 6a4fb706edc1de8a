package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.BlobMisbehaviours;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import dev.weir.fake.FakeUpstream.Request;
import dev.weir.fake.RawServer;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A blob whose body is cut, from each kind of server, as a client sees it. Source: RFC 9110 §14. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CutBlobIT {
    private static final RawServer CHUNKED = new RawServer();

    private final WeirUnderTest weir = new WeirUnderTest(CHUNKED.hostAndPort());
    private final RegistryHandler handler = weir.process(weir.clock, Long.MAX_VALUE);
    private final Random random = new Random(14);
    private byte[] bytes = {};
    private Digest digest = Digest.of(bytes);

    @BeforeEach
    void freshBlob() {
        weir.upstreamIsWell();
        bytes = new byte[300_000];
        random.nextBytes(bytes);
        digest = weir.upstream.blob("cut", bytes);
    }

    @AfterAll
    void stop() {
        weir.close();
        CHUNKED.close();
    }

    private RegistryResponse pull() {
        return WeirUnderTest.get(handler, "/v2/up/cut/blobs/" + digest);
    }

    static Stream<Arguments> legalServers() {
        return Stream.of(
                row("tells the total", 2, BlobMisbehaviours::tellingTheTotal),
                row("does not tell the total", 2, BlobMisbehaviours::notTellingTheTotal),
                row("sends shorter ranges than asked for", 5, BlobMisbehaviours::sendingShorterRangesThanAskedFor),
                row("starts a range at its block", 2, BlobMisbehaviours::startingARangeAtItsBlock),
                row("sends the whole instead of a range", 2, BlobMisbehaviours::sendingTheWholeInsteadOfARange),
                row("says that it has no ranges", 2, BlobMisbehaviours::sayingThatItHasNoRanges),
                row("refuses every range", 3, BlobMisbehaviours::refusingEveryRange),
                row("cuts a chunked body", 2, bytes -> BlobMisbehaviours.cuttingAChunkedBody(bytes, CHUNKED)),
                row("ends with 416", 3, bytes -> BlobMisbehaviours.endingWith416(bytes, CHUNKED)),
                row("checks the strong tag", 2, BlobMisbehaviours::checkingTheStrongTag),
                row("takes no weak tag", 2, BlobMisbehaviours::takingNoWeakTag));
    }

    static Stream<Arguments> wrongServers() {
        return Stream.of(
                row("sends several parts", 2, BlobMisbehaviours::sendingSeveralParts),
                row("sends another range", 2, BlobMisbehaviours::sendingAnotherRange),
                row("has another size the second time", 2, BlobMisbehaviours::havingAnotherSizeTheSecondTime),
                row("does not tell which range", 2, BlobMisbehaviours::notTellingWhichRange),
                row("cuts each whole", 3, BlobMisbehaviours::cuttingEachWhole),
                row("sends crumbs", 6, BlobMisbehaviours::sendingCrumbs));
    }

    private static Arguments row(String server, int gets, Function<byte[], Misbehaviour> behaviour) {
        return Arguments.of(server, gets, behaviour);
    }

    @ParameterizedTest(name = "a server that {0}, in {1} GETs")
    @MethodSource("legalServers")
    void aCutBodyGoesOn(String server, int gets, Function<byte[], Misbehaviour> behaviour) {
        weir.upstream.misbehave(behaviour.apply(bytes));
        assertThat(pull().status()).isEqualTo(307);
        assertThat(weir.contents.find(digest)).contains(bytes);
        assertThat(weir.upstream.count("GET", "/blobs/")).isEqualTo(gets);
    }

    @ParameterizedTest(name = "a server that {0}, in {1} GETs")
    @MethodSource("wrongServers")
    void aCutBodyIsGivenUp(String server, int gets, Function<byte[], Misbehaviour> behaviour) {
        weir.upstream.misbehave(behaviour.apply(bytes));
        assertThat(pull().status()).isEqualTo(502);
        assertThat(weir.contents.findSize(digest)).isEmpty();
        assertThat(weir.upstream.count("GET", "/blobs/")).isEqualTo(gets);
    }

    @Test
    void onlyTheRestIsAskedFor() throws IOException {
        weir.upstream.misbehave(BlobMisbehaviours.tellingTheTotal(bytes));
        assertThat(pull().status()).isEqualTo(307);
        assertThat(weir.upstream.requests())
                .filteredOn(request -> request.method().equals("GET"))
                .extracting(request -> range(request))
                .containsExactly("", "bytes=100000-");
    }

    private static String range(Request request) {
        return request.header("Range").orElse("");
    }
}
