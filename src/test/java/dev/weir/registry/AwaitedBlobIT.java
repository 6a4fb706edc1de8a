package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static dev.weir.fake.WeirUnderTest.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A blob that takes longer than its request: the client is sent to the path for waiting, and waits there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwaitedBlobIT {
    private static final int MIB = 1024 * 1024;

    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryHandler handler = weir.process(weir.clock, MIB);
    private String name = "";

    /** Each test has a repository of its own. */
    @BeforeEach
    void freshRepository() {
        name = "r" + System.nanoTime();
        weir.upstreamIsWell();
        weir.fillRequests.clear();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private static String header(RegistryResponse response, String header) {
        return response.headers().getOrDefault(header, "");
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(System.nanoTime()).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aLargeBlobIsWaitedForAtAPathOfItsOwnWithTheOtherParameters() {
        byte[] large = random(2 * MIB);
        Digest digest = weir.upstream.blob(name, large);
        RegistryResponse first = send(
                handler,
                "GET",
                "/v2/up/" + name + "/blobs/" + digest,
                Map.of("ns", List.of(weir.upstream.hostAndPort()), "x", List.of("a&b")));
        assertThat(first.status()).isEqualTo(307);
        assertThat(header(first, "Cache-Status")).isEqualTo("weir; fwd=miss");
        assertThat(header(first, "Location"))
                .startsWith("/v2/_wait/up/" + name + "/blobs/" + digest + "?wait=1&")
                .contains("&ns=" + weir.upstream.hostAndPort().replace(":", "%3A"), "&x=a%26b");
        RegistryResponse awaited = get(handler, "/v2/_wait/up/" + name + "/blobs/" + digest);
        assertThat(awaited.status()).isEqualTo(307);
        assertThat(header(awaited, "Location")).startsWith("http").contains(digest.hex());
        assertThat(header(awaited, "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void theLastWaitThatIsInVainIs429() {
        byte[] large = random(2 * MIB);
        Digest digest = weir.upstream.blob(name, large);
        RegistryHandler impatient = weir.impatient();
        String path = "/v2/up/" + name + "/blobs/" + digest;
        String waiting = "/v2/_wait/up/" + name + "/blobs/" + digest;
        assertThat(header(get(impatient, path), "Location")).isEqualTo(waiting + "?wait=1");
        assertThat(header(send(impatient, "GET", waiting, Map.of("wait", List.of("7"))), "Location"))
                .isEqualTo(waiting + "?wait=8");
        RegistryResponse last = send(impatient, "GET", waiting, Map.of("wait", List.of("8")));
        assertThat(last.status()).isEqualTo(429);
        assertThat(header(last, "Retry-After")).isEqualTo("30");
    }

    @Test
    void thePathForWaitingNeverCallsUpstreamAndTellsWhatTheFillMet() {
        Digest digest = Digest.of(random(9));
        RegistryResponse answer = get(handler, "/v2/_wait/up/" + name + "/blobs/" + digest);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(weir.fillRequests).anyMatch(request -> request.digest().equals(digest));
        Digest other = weir.upstream.blob(name, random(10));
        weir.upstream.requests().clear();
        get(weir.impatient(), "/v2/_wait/up/" + name + "/blobs/" + other);
        assertThat(weir.upstream.requests()).isEmpty();
    }
}
