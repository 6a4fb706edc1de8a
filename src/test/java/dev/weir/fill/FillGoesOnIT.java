package dev.weir.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.fake.FakeUpstream.Request;
import dev.weir.fake.TimedUpstream;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.registry.Front;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A fill whose deadline comes before its last byte, and the process that goes on with it. A second passes with each MiB that is
 * read; a process has ten.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FillGoesOnIT {
    private static final int MIB = 1024 * 1024;
    private static final Duration A_RUN = Duration.ofSeconds(10);

    private final WeirUnderTest weir = new WeirUnderTest();
    private final List<CacheEvent> events = new CopyOnWriteArrayList<>();
    private byte[] bytes = {};
    private Digest digest = Digest.of(bytes);

    @BeforeEach
    void aBlobOfThreeParts() {
        weir.upstreamIsWell();
        events.clear();
        bytes = new byte[18 * MIB];
        new Random(System.identityHashCode(bytes)).nextBytes(bytes);
        digest = weir.upstream.blob("slow", bytes);
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    /** What the fill function is handed, in a process of its own; it is gone when the fill returns. */
    private FillRequests process() {
        Instant begun = weir.clock.instant();
        TimedUpstream timed = new TimedUpstream(weir.httpUpstream(weir.clock), read -> {
            Instant then = begun.plus(Duration.ofSeconds(read / MIB));
            weir.clock.advance(Duration.between(weir.clock.instant(), then));
        });
        return new Assembly(
                        new Adapters(() -> weir.rules.current(), weir.table, weir.contents, timed, events::addAll),
                        Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                                .withTime(weir.clock, weir.clock::advance))
                .fillRequests();
    }

    private void fill(String repository, int attempt) {
        BlobFillRequest first = BlobFillRequest.first(weir.repository(repository), digest);
        BlobFillRequest request = new BlobFillRequest(first.repository(), first.origin(), digest, attempt);
        process().consume(request, Deadline.in(weir.clock, A_RUN));
    }

    private List<String> ranges(String repository) {
        return weir.upstream.requests().stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().contains("/v2/" + repository + "/blobs/"))
                .map(FillGoesOnIT::range)
                .toList();
    }

    private static String range(Request request) {
        return request.header("Range").orElse("all");
    }

    private int uploads() {
        return weir.s3
                .listMultipartUploads(request -> request.bucket(weir.bucket()))
                .uploads()
                .size();
    }

    @Test
    void goesOnFromTheLastWholePartInTheNextProcess() {
        fill("up/slow", 1);
        assertThat(weir.contents.findSize(digest)).isEmpty();
        assertThat(events)
                .containsExactly(new BlobFillRequest(
                        weir.repository("up/slow").name(),
                        Optional.of(weir.repository("up/slow").origin()),
                        digest,
                        2));
        fill("up/slow", 2);
        assertThat(weir.contents.findSize(digest)).isEmpty();
        fill("up/slow", 3);
        assertThat(ranges("slow")).containsExactly("all", "bytes=8388608-", "bytes=16777216-");
        assertThat(weir.s3
                        .getObjectAsBytes(request -> request.bucket(weir.bucket())
                                .key("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex()))
                        .asByteArray())
                .isEqualTo(bytes);
        assertThat(weir.links.blob(weir.repository("up/slow"), digest).found()).contains((long) bytes.length);
        assertThat(uploads()).isZero();
    }

    @Test
    void goesOnMoreOftenThanItWouldBeginAnew() {
        fill("up/slow", BlobFiller.MAX_ATTEMPTS);
        assertThat(events).hasOnlyElementsOfType(BlobFillRequest.class).hasSize(1);
        fill("up/slow", BlobFiller.MAX_ATTEMPTS_THAT_GO_ON);
        assertThat(events).last().isInstanceOf(CacheAction.class);
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void beginsAnewWhereUpstreamSendsNoParts() {
        fill("up/slow", 1);
        weir.upstream.misbehave(exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            return true;
        });
        fill("up/slow", 2);
        assertThat(ranges("slow")).containsExactly("all", "bytes=8388608-", "all");
        assertThat(uploads()).isOne();
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void beginsAnewWhereTheStoreHasTheUploadNoLonger() {
        fill("up/slow", 1);
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
        fill("up/slow", 2);
        fill("up/slow", 3);
        fill("up/slow", 4);
        assertThat(ranges("slow")).containsExactly("all", "bytes=8388608-", "all", "bytes=8388608-", "bytes=16777216-");
        assertThat(weir.contents.findSize(digest)).hasValue(bytes.length);
    }

    @Test
    void whatCameFromAnotherRepositoryIsNotGoneOnWith() {
        weir.upstream.blob("other", bytes);
        fill("up/slow", 1);
        weir.clock.advance(Duration.ofMinutes(1));
        fill("up/other", 1);
        assertThat(ranges("other")).containsExactly("all");
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void otherBytesThanTheDigestsAreFoundOutAtTheEndAndNothingIsLeft() {
        fill("up/slow", 1);
        byte[] others = bytes.clone();
        others[others.length - 1] ^= 1;
        weir.upstream.put("/v2/slow/blobs/" + digest, "application/octet-stream", others);
        fill("up/slow", 2);
        fill("up/slow", 3);
        assertThat(events).last().isInstanceOf(CacheAction.class);
        assertThat(weir.contents.findSize(digest)).isEmpty();
        assertThat(uploads()).isZero();
    }

    @Test
    void aFailedStartIsNotMistakenForAKeptOne() {
        weir.upstream.failWith(503, request -> request.path().contains("/blobs/"));
        assertThatThrownBy(() -> fill("up/slow", 1)).isInstanceOf(UpstreamException.class);
        weir.upstreamIsWell();
        weir.clock.advance(Duration.ofMinutes(1));
        fill("up/slow", 1);
        assertThat(ranges("slow")).containsExactly("all");
        weir.contents.abortUploadsBefore(Instant.now().plusSeconds(60));
    }
}
