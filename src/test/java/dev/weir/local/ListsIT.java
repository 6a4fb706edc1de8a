package dev.weir.local;

import static dev.weir.fake.ListMisbehaviours.failsAfter;
import static dev.weir.fake.ListMisbehaviours.listsOneTagWithLink;
import static dev.weir.fake.ListMisbehaviours.listsTagsByToken;
import static dev.weir.fake.ListMisbehaviours.listsTagsInPages;
import static dev.weir.fake.ListMisbehaviours.refusesNumbersOver;
import static dev.weir.local.ListClient.header;
import static dev.weir.local.ListClient.next;
import static dev.weir.local.ListClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Lists of tags as a client of the HTTP server sees them, of upstreams that list in their own ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsIT {
    private final WeirUnderTest weir = new WeirUnderTest();
    private final LocalServer server =
            LocalServer.start(0, new HttpFront(weir.process(weir.clock, 1024)::handle, Optional.empty()));
    private final ListClient client = new ListClient(server.port());
    private String name = "r0";

    /** Each test has a repository of its own. */
    @BeforeEach
    void freshRepository() {
        name = "r" + System.nanoTime();
        weir.upstreamIsWell();
    }

    @AfterAll
    void stop() {
        server.close();
        weir.close();
    }

    private String tagsPath() {
        return "/v2/up/" + name + "/tags/list";
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format("t%05d", i))
                .toList();
    }

    @Test
    void twelveThousandTagsAtAHundredAPageAllComeOutOverOurLinks() {
        List<String> tags = numbered(12_000);
        weir.upstream.misbehave(listsTagsInPages(name, tags, 100));
        List<Integer> sizes = new ArrayList<>();
        assertThat(client.follow(tagsPath(), sizes)).isEqualTo(tags);
        assertThat(sizes).containsExactly(10_000, 2_000);
        assertThat(weir.upstream.count("GET", "/tags/list")).isEqualTo(120);
    }

    @Test
    void aLinkKeepsTheRegistryThatAMirrorIsAskedOnBehalfOf() throws IOException {
        weir.upstream.misbehave(listsTagsInPages(name, numbered(3), 100));
        String ns = "ns=%5B%3A%3A1%5D%3A5000";
        String first = getAs("[::1]:5000", tagsPath() + "?n=1&" + ns);
        assertThat(first).contains("<" + tagsPath() + "?n=1&last=t00000&" + ns + ">; rel=\"next\"");
        assertThat(getAs("[::1]:5000", tagsPath() + "?n=1&last=t00000&" + ns)).contains("[\"t00001\"]");
    }

    /** What a client sees that calls the server by this name. */
    private String getAs(String host, String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aPageOfOneTagCostsOneRequest() {
        weir.upstream.misbehave(listsTagsInPages(name, numbered(3), 100));
        HttpResponse<String> page = client.get(tagsPath() + "?n=1");
        assertThat(tags(page)).containsExactly("t00000");
        assertThat(header(page, "Link")).isEqualTo("<" + tagsPath() + "?n=1&last=t00000>; rel=\"next\"");
        assertThat(weir.upstream.requests()).hasSize(1);
        List<Integer> sizes = new ArrayList<>();
        assertThat(client.follow(tagsPath() + "?n=1", sizes)).isEqualTo(numbered(3));
        assertThat(weir.upstream.requests()).hasSize(4);
    }

    @Test
    void tagsThatUpstreamDoesNotSortKeepItsOrderFromPageToPage() {
        List<String> tags = List.of("c", "a", "d", "b");
        weir.upstream.misbehave(listsTagsInPages(name, tags, 100));
        assertThat(client.follow(tagsPath() + "?n=3", new ArrayList<>())).isEqualTo(tags);
        assertThat(tags(client.get(tagsPath()))).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aListThatUpstreamDoesNotPageIsReadOnceAMinuteAndPagedHere() {
        weir.upstream.put("/v2/" + name + "/tags/list", "application/json", "{\"tags\":[\"c\",\"a\",\"-no\",\"b\"]}");
        List<Integer> sizes = new ArrayList<>();
        assertThat(client.follow(tagsPath() + "?n=1", sizes)).containsExactly("a", "b", "c");
        assertThat(sizes).containsExactly(1, 1, 1);
        assertThat(weir.upstream.requests()).hasSize(1);
        weir.clock.advance(Duration.ofSeconds(61));
        assertThat(tags(client.get(tagsPath() + "?n=2&last=a"))).containsExactly("b", "c");
        assertThat(weir.upstream.requests()).hasSize(2);
    }

    @Test
    void aListWhoseLinksHoldATokenIsReadWholeAndPagedHere() {
        List<String> tags = numbered(30);
        weir.upstream.misbehave(listsTagsByToken(name, tags, 7));
        assertThat(client.follow(tagsPath() + "?n=7", new ArrayList<>())).isEqualTo(tags);
        assertThat(client.follow(tagsPath() + "?n=4", new ArrayList<>())).isEqualTo(tags);
        assertThat(weir.upstream.requests()).hasSize(1 + 5);
    }

    @Test
    void asksForFewerTagsWhereUpstreamRefusesTheNumber() {
        weir.upstream.misbehave(refusesNumbersOver(100));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(250), 100));
        assertThat(tags(client.get(tagsPath()))).isEqualTo(numbered(250));
        weir.upstream.behave();
        weir.upstream.misbehave(refusesNumbersOver(0));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(2), 100));
        assertThat(tags(client.get(tagsPath() + "?n=50"))).isEqualTo(numbered(2));
    }

    @Test
    void aPageThatFailsEndsTheListWithAWarningAndALinkToGoOn() {
        weir.upstream.misbehave(failsAfter("t00199"));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(300), 100));
        HttpResponse<String> page = client.get(tagsPath());
        assertThat(tags(page)).isEqualTo(numbered(200));
        assertThat(header(page, "Warning")).startsWith("299 - \"list tags of ").contains("status 503");
        assertThat(header(page, "Cache-Status")).isEqualTo("weir; fwd=bypass; detail=INTERRUPTED");
        assertThat(header(page, "Link")).contains("last=t00199>");
        weir.upstream.behave();
        weir.closeCircuits();
        weir.upstream.misbehave(listsTagsInPages(name, numbered(300), 100));
        assertThat(tags(client.get(next(page).orElseThrow())))
                .isEqualTo(numbered(300).subList(200, 300));
    }

    @Test
    void aLinkOfThirtyThousandCharactersEndsTheListWithAWarning() {
        weir.upstream.misbehave(listsOneTagWithLink(name, "a", "<" + "x;".repeat(15_000) + ">; rel=next"));
        HttpResponse<String> page = client.get(tagsPath());
        assertThat(tags(page)).containsExactly("a");
        assertThat(header(page, "Warning")).contains("Link header of 30");
        assertThat(header(page, "Link")).contains("last=a>");
    }

    @Test
    void aLinkToItselfEndsTheListWithAWarning() {
        String self = "/v2/" + name + "/tags/list?n=1000";
        weir.upstream.misbehave(listsOneTagWithLink(name, "a", "<" + self + ">; rel=next"));
        assertThat(header(client.get(tagsPath()), "Warning")).contains("read before");
        assertThat(weir.upstream.requests()).hasSize(1);
    }

    @Test
    void theCachedTagsAreListedInPagesWhileUpstreamFails() {
        weir.cacheMany(name, 5);
        weir.upstream.failWith(503, request -> true);
        List<Integer> sizes = new ArrayList<>();
        assertThat(client.follow(tagsPath() + "?n=2", sizes)).containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(client.get("/v2/up/" + name + "x/tags/list").statusCode()).isEqualTo(502);
    }

    @Test
    void afterAFailureTheCachedTagsAreListedAtOnceForHalfAMinute() {
        weir.cacheMany(name, 2);
        weir.upstream.failWith(503, request -> true);
        client.get(tagsPath());
        weir.upstreamIsWell();
        assertThat(client.get(tagsPath()).body()).contains("t0", "t1");
        assertThat(weir.upstream.requests()).isEmpty();
        weir.clock.advance(java.time.Duration.ofSeconds(30));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(3), 100));
        assertThat(client.get(tagsPath()).body()).contains("t00002");
    }

    @Test
    void aManifestTheClientHoldsIsNotSentAgain() {
        Digest digest = weir.upstream.image(name, "1", new byte[] {1});
        String path = "/v2/up/" + name + "/manifests/1";
        assertThat(client.get(path).statusCode()).isEqualTo(200);
        assertThat(client.get(path, "If-None-Match", "\"x\", W/\"" + digest + "\"")
                        .statusCode())
                .isEqualTo(304);
        assertThat(client.get(path, "If-None-Match", "\"x\"", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(304);
        assertThat(client.get(path, "If-None-Match", digest.toString()).statusCode())
                .isEqualTo(200);
    }
}
