package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static dev.weir.fake.WeirUnderTest.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pull as a client sees it, on the production parts: embedded DynamoDB and S3, an upstream that misbehaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PullIT {
    private static final long MIB = 1024 * 1024;

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

    private RegistryResponse manifest(String reference) {
        return get(handler, "/v2/up/" + name + "/manifests/" + reference);
    }

    /** The answer that says where the blob is, after those that ask to wait. */
    private RegistryResponse blob(Digest digest) {
        return WeirUnderTest.located(handler, "/v2/up/" + name + "/blobs/" + digest);
    }

    private static String header(RegistryResponse response, String header) {
        return response.headers().getOrDefault(header, "");
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(System.nanoTime()).nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(RegistryResponse redirect) {
        assertThat(redirect.status()).isEqualTo(307);
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(header(redirect, "Location")))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void servesTheSecondPullWithoutUpstream() {
        Digest digest = weir.upstream.image(name, "1", random(100));
        RegistryResponse first = manifest("1");
        assertThat(first.status()).isEqualTo(200);
        assertThat(header(first, "Cache-Status")).isEqualTo("weir; fwd=miss; stored");
        assertThat(header(first, "Docker-Content-Digest")).isEqualTo(digest.toString());
        weir.upstream.requests().clear();
        RegistryResponse second = manifest("1");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(header(second, "Cache-Status")).isEqualTo("weir; hit");
        assertThat(manifest(digest.toString()).body()).isEqualTo(first.body());
        assertThat(manifest("1@" + digest).body()).isEqualTo(first.body());
        assertThat(weir.upstream.requests()).isEmpty();
    }

    @Test
    void servesAFirstPullByDigest() {
        Digest digest = weir.upstream.image(name, "1", random(100));
        assertThat(manifest(digest.toString()).status()).isEqualTo(200);
    }

    @Test
    void takesSha512Digests() {
        byte[] bytes = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(Digest.Algorithm.SHA512, bytes);
        String content = new String(bytes, StandardCharsets.UTF_8);
        weir.upstream.put("/v2/" + name + "/manifests/" + digest, MediaType.OCI_MANIFEST.value(), content);
        assertThat(header(manifest(digest.toString()), "Docker-Content-Digest")).isEqualTo(digest.toString());
        byte[] layer = random(100);
        Digest blob = Digest.of(Digest.Algorithm.SHA512, layer);
        weir.upstream.put("/v2/" + name + "/blobs/" + blob, "application/octet-stream", layer);
        assertThat(read(blob(blob))).isEqualTo(layer);
    }

    @Test
    void asksForTheFillOfAllBlobsWhenAManifestMissed() {
        Digest layer = Digest.of(new byte[] {1, 2, 3});
        weir.upstream.image(name, "1", new byte[] {1, 2, 3});
        manifest("1");
        assertThat(weir.fillRequests).hasSize(2).anyMatch(request -> request.digest()
                .equals(layer));
        weir.fillRequests.clear();
        weir.closeCircuits();
        manifest("1");
        assertThat(weir.fillRequests).isEmpty();
    }

    @Test
    void oneHeadDecidesAfterTheInterval() {
        weir.upstream.image(name, "1", random(100));
        manifest("1");
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        assertThat(header(manifest("1"), "Cache-Status")).isEqualTo("weir; hit; fwd=stale; fwd-status=200");
        assertThat(weir.upstream.requests()).hasSize(1).allMatch(request -> request.method()
                .equals("HEAD"));
        manifest("1");
        assertThat(weir.upstream.requests()).hasSize(1);
    }

    @Test
    void movesTheTagWhenUpstreamMovedIt() {
        weir.upstream.image(name, "1", random(100));
        manifest("1");
        Digest moved = weir.upstream.image(name, "1", random(100));
        assertThat(header(manifest("1"), "Docker-Content-Digest")).isNotEqualTo(moved.toString());
        weir.clock.advance(WeirUnderTest.INTERVAL);
        RegistryResponse answer = manifest("1");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(moved.toString());
        assertThat(header(answer, "Cache-Status")).isEqualTo("weir; fwd=stale; fwd-status=200; stored");
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "503", "404", "401"})
    void servesCachedTagWhenUpstreamFails(int status) {
        weir.upstream.image(name, "1", random(100));
        manifest("1");
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.failWith(status, request -> true);
        RegistryResponse answer = manifest("1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(header(answer, "Cache-Status")).isEqualTo("weir; hit; fwd=stale; fwd-status=" + status);
    }

    @ParameterizedTest
    @CsvSource({
        "404, 404, MANIFEST_UNKNOWN",
        "401, 403, DENIED",
        "403, 403, DENIED",
        "429, 429, TOOMANYREQUESTS",
        "500, 502, UPSTREAM_UNAVAILABLE",
        "504, 504, UPSTREAM_TIMEOUT",
        "400, 502, UPSTREAM_INVALID",
    })
    void tellsTheClientWhenThereIsNoCopy(int upstream, int status, String code) {
        weir.upstream.failWith(upstream, request -> true);
        RegistryResponse answer = manifest("1");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"" + code + "\"");
        assertThat(header(answer, "Cache-Status")).isEqualTo("weir; fwd=miss; fwd-status=" + upstream);
        if (status == 429) {
            assertThat(header(answer, "Retry-After")).isEqualTo("30");
        }
    }

    @Test
    void remembers404ForAMinute() {
        assertThat(manifest("1").status()).isEqualTo(404);
        assertThat(blob(Digest.of(random(9))).status()).isEqualTo(404);
        weir.upstream.requests().clear();
        assertThat(manifest("1").status()).isEqualTo(404);
        assertThat(weir.upstream.requests()).isEmpty();
        weir.upstream.image(name, "1", random(100));
        weir.clock.advance(Duration.ofSeconds(60));
        assertThat(manifest("1").status()).isEqualTo(200);
    }

    @Test
    void keepsManifestsOverTheInlineLimitInTheContentStore() {
        weir.upstream.manifest(
                name, "1", MediaType.OCI_MANIFEST, "{\"schemaVersion\":2,\"pad\":\"" + "x".repeat(300_000) + "\"}");
        byte[] first = manifest("1").body();
        weir.upstream.failWith(503, request -> true);
        assertThat(manifest("1").body()).isEqualTo(first).hasSizeGreaterThan(300_000);
    }

    @Test
    void redirectsToTheBytesOfABlobSmallAndLarge() {
        byte[] small = random(1000);
        byte[] large = random((int) (20 * MIB + 7));
        weir.upstream.image(name, "1", small, large);
        for (byte[] layer : List.of(small, large)) {
            RegistryResponse answer = blob(Digest.of(layer));
            assertThat(read(answer)).isEqualTo(layer);
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(blob(Digest.of(layer)), "Cache-Status")).isEqualTo("weir; hit");
            RegistryResponse head = send(handler, "HEAD", "/v2/up/" + name + "/blobs/" + Digest.of(layer), Map.of());
            assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(layer.length));
            assertThat(head.body()).isEmpty();
        }
        assertThat(weir.upstream.requests())
                .filteredOn(request -> request.method().equals("GET"))
                .extracting(request -> request.path() + " " + request.header("Range"))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void storesNothingOfABlobThatIsNotItsDigestAndTriesAgainNextTime() {
        byte[] right = random(1000);
        Digest digest = weir.upstream.blob(name, right);
        AtomicBoolean wrong = new AtomicBoolean(true);
        weir.upstream.misbehave(exchange -> {
            if (!wrong.get() || exchange.getRequestMethod().equals("HEAD")) {
                return false;
            }
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(random(1000));
            return true;
        });
        RegistryResponse answer = blob(digest);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("UPSTREAM_INVALID");
        assertThat(weir.contents.findSize(digest)).isEmpty();
        wrong.set(false);
        assertThat(read(blob(digest))).isEqualTo(right);
    }

    @Test
    void healsABlobWhoseObjectIsGone() {
        byte[] layer = random(1000);
        Digest digest = weir.upstream.blob(name, layer);
        blob(digest);
        String key = "blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex();
        weir.s3.deleteObject(request -> request.bucket(weir.bucket()).key(key));
        // The lease says DONE for a second, and this clock moves by hand only.
        weir.clock.advance(Duration.ofSeconds(1));
        assertThat(read(blob(digest))).isEqualTo(layer);
    }

    @Test
    void aDigestKnownFromElsewhereOpensNothingInAnotherRepository() {
        Digest digest = weir.upstream.blob(name, random(1000));
        assertThat(blob(digest).status()).isEqualTo(307);
        assertThat(get(handler, "/v2/up/other" + name + "/blobs/" + digest).status())
                .isEqualTo(404);
    }

    @Test
    void bytesOfAnotherRepositoryAreSharedOnceUpstreamShowsThemHereToo() {
        byte[] layer = random(1000);
        Digest digest = weir.upstream.blob(name, layer);
        weir.upstream.blob("second" + name, layer);
        blob(digest);
        assertThat(read(get(handler, "/v2/up/second" + name + "/blobs/" + digest)))
                .isEqualTo(layer);
        assertThat(weir.upstream.requests())
                .filteredOn(request -> request.method().equals("GET"))
                .extracting(request -> request.header("Range").isPresent())
                .containsExactly(false, true);
    }

    @Test
    void fiftyClientsOverTwoProcessesFetchOnce() throws Exception {
        byte[] small = random(5000);
        byte[] large = random((int) (9 * MIB));
        weir.upstream.image(name, "1", small, large);
        List<RegistryHandler> processes =
                List.of(weir.process(Clock.systemUTC(), MIB), weir.process(Clock.systemUTC(), MIB));
        ExecutorService pool = Executors.newFixedThreadPool(50);
        try {
            List<Callable<Boolean>> clients = IntStream.range(0, 50)
                    .<Callable<Boolean>>mapToObj(number -> () -> {
                        RegistryHandler process = processes.get(number % 2);
                        boolean found =
                                get(process, "/v2/up/" + name + "/manifests/1").status() == 200;
                        for (byte[] layer : List.of(small, large)) {
                            String path = "/v2/up/" + name + "/blobs/" + Digest.of(layer);
                            found &= header(WeirUnderTest.located(process, path), "Location")
                                    .startsWith("http");
                        }
                        return found;
                    })
                    .toList();
            for (Future<Boolean> client : pool.invokeAll(clients)) {
                assertThat(client.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(weir.upstream.count("GET", "/manifests/1")).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/blobs/" + Digest.of(small))).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/blobs/" + Digest.of(large))).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v2/,                        200, ''",
        "GET,    /v2,                         200, ''",
        "POST,   /v2/up/a/blobs/uploads/,     405, UNSUPPORTED",
        "DELETE, /v2/up/a/manifests/1,        405, UNSUPPORTED",
        "GET,    /v2/nope/a/manifests/1,      404, NAME_UNKNOWN",
        "GET,    /v2/up/A/manifests/1,        400, NAME_INVALID",
        "GET,    /v2/up/a/manifests/-1,       400, MANIFEST_INVALID",
        "GET,    /v2/up/a/manifests/sha256:1, 400, DIGEST_INVALID",
        "GET,    /v2/up/a/blobs/latest,       400, DIGEST_INVALID",
        "GET,    /v2/up/a/nothing/1,          404, NAME_UNKNOWN",
        "GET,    /v2/_wait/up/a/blobs/latest, 400, DIGEST_INVALID",
        "GET,    /v2/_wait/up/a/manifests/1,  400, NAME_INVALID",
        "GET,    /v2/_wait/up/a/tags/list,    400, NAME_INVALID",
        "GET,    /v2/_wait/../up/a/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, 400, NAME_INVALID",
        "GET,    /v2/_wait/_wait/a/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, 400, NAME_INVALID",
        "POST,   /v2/_wait/up/a/blobs/latest, 405, UNSUPPORTED",
        "GET,    /v1/,                        404, NAME_UNKNOWN",
    })
    void answersByTheSpec(String method, String path, int status, String code) {
        RegistryResponse answer = send(handler, method, path, Map.of());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(code);
        assertThat(header(answer, "Cache-Status")).startsWith("weir");
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @Test
    void headIsAnsweredAsGetAndTheFrontLeavesTheBodyOut() {
        weir.upstream.image(name, "1", random(100));
        RegistryResponse head = send(handler, "HEAD", "/v2/up/" + name + "/manifests/1", Map.of());
        assertThat(head.body()).isEqualTo(manifest("1").body());
        assertThat(header(head, "Content-Length"))
                .isEqualTo(Integer.toString(manifest("1").body().length));
    }

    @Test
    void refusesANumberOfResultsThatIsNotANumber() {
        assertThat(send(handler, "GET", "/v2/up/" + name + "/tags/list", Map.of("n", List.of("x")))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void catalogsWhatIsCached() {
        weir.upstream.image(name, "1", random(10));
        manifest("1");
        RegistryResponse page = send(
                handler,
                "GET",
                "/v2/_catalog",
                Map.of("n", List.of("1"), "last", List.of("up/" + name.substring(0, name.length() - 1))));
        assertThat(new String(page.body(), StandardCharsets.UTF_8)).contains("up/" + name);
    }
}
