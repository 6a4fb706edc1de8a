package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.FakeUpstream.Request;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A large blob over several connections, from servers that speak ranges well and badly. Source: RFC 9110 §14. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParallelBlobTest {
    private static final int PART = ParallelBlobStream.PART_BYTES;

    private final FakeUpstream fake = new FakeUpstream();
    private final MovableClock clock = new MovableClock();
    private final InsecureUpstreams insecure = InsecureUpstreams.parse(List.of(fake.hostAndPort()));
    private final UpstreamRegistry registry = new HttpUpstreamRegistry(
            rule -> java.util.Optional.empty(), insecure, UpstreamTimeouts.DEFAULT, clock, wait -> {});
    private final UpstreamRepository repository = RuleSet.of(PullThroughCacheRule.of(
                    RepositoryPrefix.parse("up"), UpstreamUrl.parse("http://" + fake.hostAndPort(), insecure)))
            .match(RepositoryName.parse("up/large"))
            .found()
            .orElseThrow();
    private final byte[] bytes = bytes();
    private final Digest digest = fake.blob("large", bytes);

    private static byte[] bytes() {
        byte[] bytes = new byte[5 * PART + 1000];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void aServerThatOffersRanges() {
        fake.behave();
        fake.requests().clear();
        fake.misbehave(exchange -> {
            exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
            exchange.getResponseHeaders().set("ETag", "\"v1\"");
            return false;
        });
    }

    @AfterAll
    void stop() {
        fake.close();
    }

    private byte[] read() throws IOException {
        try (UpstreamBlob blob = registry.blob(repository, digest, Deadline.never(clock))) {
            assertThat(blob.sizeBytes()).hasValue(bytes.length);
            return blob.bytes().readAllBytes();
        }
    }

    private Set<String> ranges() {
        return fake.requests().stream().map(ParallelBlobTest::range).collect(Collectors.toSet());
    }

    private static String range(Request request) {
        return request.header("Range").orElse("all");
    }

    private static boolean isPart(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Range");
    }

    @Test
    void partsAreAskedForOnceEachAndReadInTheirOrder() throws IOException {
        assertThat(read()).isEqualTo(bytes);
        assertThat(fake.requests()).hasSize(6);
        assertThat(ranges())
                .contains(
                        "all", "bytes=" + PART + "-" + (2 * PART - 1), "bytes=" + 5 * PART + "-" + (bytes.length - 1));
    }

    /** None of the three is answered before all three are asked for. */
    @Test
    void threePartsAreOnTheirWayAtOnce() throws IOException {
        CountDownLatch three = new CountDownLatch(3);
        fake.misbehave(exchange -> {
            if (isPart(exchange)) {
                three.countDown();
                awaitAll(three);
            }
            return false;
        });
        assertThat(read()).isEqualTo(bytes);
        assertThat(three.getCount()).isZero();
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerThatOffersNoRangesIsAskedOnce() throws IOException {
        fake.behave();
        assertThat(read()).isEqualTo(bytes);
        assertThat(ranges()).containsExactly("all");
    }

    @Test
    void aServerThatSendsTheWholeInsteadOfAPartIsReadByOneConnection() throws IOException {
        fake.misbehave(exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            return true;
        });
        assertThat(read()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "a server that answers a part with {0}")
    @CsvSource({"503", "429", "416", "404"})
    void aServerThatFailsAPartIsAskedForTheRestByOneConnection(int status) throws IOException {
        AtomicInteger parts = new AtomicInteger();
        fake.misbehave(exchange -> {
            boolean fails = isPart(exchange) && parts.incrementAndGet() == 2;
            if (fails) {
                exchange.sendResponseHeaders(status, -1);
            }
            return fails;
        });
        assertThat(read()).isEqualTo(bytes);
    }

    @Test
    void aPartThatIsCutIsAskedForAgain() throws IOException {
        AtomicInteger parts = new AtomicInteger();
        fake.misbehave(exchange -> {
            String second = "bytes=" + PART + "-" + (2 * PART - 1);
            if (!second.equals(exchange.getRequestHeaders().getFirst("Range")) || parts.incrementAndGet() != 1) {
                return false;
            }
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + PART + "-" + (2 * PART - 1) + "/" + bytes.length);
            exchange.sendResponseHeaders(206, PART);
            exchange.getResponseBody().write(bytes, PART, PART / 2);
            throw new IOException("cut on purpose");
        });
        assertThat(read()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "a server that says {0}")
    @CsvSource({
        "bytes 1-8388608/41944040,",
        "bytes 8388608-16777215/41944041,",
        "bytes 8388608-16777215/41944040, \"v2\"",
        ",",
    })
    void otherBytesThanWereAskedForAreAnError(String contentRange, String tag) {
        fake.misbehave(exchange -> {
            if (!isPart(exchange)) {
                return false;
            }
            if (contentRange != null) {
                exchange.getResponseHeaders().set("Content-Range", contentRange);
            }
            if (tag != null) {
                exchange.getResponseHeaders().set("ETag", tag);
            }
            exchange.sendResponseHeaders(206, PART);
            exchange.getResponseBody().write(bytes, PART, PART);
            return true;
        });
        assertThatThrownBy(this::read).isInstanceOfSatisfying(UpstreamException.class, e -> assertThat(e.kind())
                .isEqualTo(Kind.INVALID));
    }

    @Test
    void manyBlobsAtOnceAreReadWithinTheLanesThatThereAre() throws Exception {
        List<Thread> readers = new java.util.ArrayList<>();
        AtomicInteger right = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            Thread reader = new Thread(() -> {
                try {
                    right.addAndGet(java.util.Arrays.equals(read(), bytes) ? 1 : 0);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            readers.add(reader);
            reader.start();
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(right).hasValue(4);
    }

    @Test
    void theRestFromAnOffsetOnComesByPartsToo() throws IOException {
        int offset = PART / 2;
        try (UpstreamBlob blob = registry.blobFrom(repository, digest, offset, Deadline.never(clock))
                .orElseThrow()) {
            assertThat(blob.sizeBytes()).hasValue(bytes.length);
            assertThat(blob.bytes().readAllBytes())
                    .isEqualTo(java.util.Arrays.copyOfRange(bytes, offset, bytes.length));
        }
        assertThat(fake.requests()).hasSize(5);
    }
}
