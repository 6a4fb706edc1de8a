package dev.weir.local;

import static dev.weir.fake.ListMisbehaviours.failsAfter;
import static dev.weir.fake.ListMisbehaviours.listsOneTagWithLink;
import static dev.weir.fake.ListMisbehaviours.listsReferrersOneByOne;
import static dev.weir.fake.ListMisbehaviours.listsTagsByToken;
import static dev.weir.fake.ListMisbehaviours.listsTagsInPages;
import static dev.weir.fake.ListMisbehaviours.refusesNumbersOver;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

/** Lists of tags and referrers as a client of the HTTP server sees them, of upstreams that list in their own ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WeirUnderTest weir = new WeirUnderTest();
    private final LocalServer server =
            LocalServer.start(0, new HttpFront(weir.process(weir.clock, 1024)::handle, Optional.empty()));
    private final HttpClient client = HttpClient.newHttpClient();
    private String name = "r0";

    /** Each test has a repository of its own. */
    @BeforeEach
    void freshRepository() {
        name = "r" + System.nanoTime();
        weir.upstream.behave();
        weir.upstream.requests().clear();
        weir.closeCircuits();
    }

    @AfterAll
    void stop() {
        server.close();
        weir.close();
    }

    private HttpResponse<String> get(String path, String... headers) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String tagsPath() {
        return "/v2/up/" + name + "/tags/list";
    }

    private static List<String> tags(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> tags = new ArrayList<>();
        json(answer).path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static String header(HttpResponse<String> answer, String header) {
        return answer.headers().firstValue(header).orElse("");
    }

    private static Optional<String> next(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Link")
                .map(link -> link.replaceFirst("^<(/v2/[^>]*)>; rel=\"next\"$", "$1"));
    }

    /** The tags of all pages, by the Links; each page's number of tags beside them. */
    private List<String> follow(String path, List<Integer> sizes) {
        List<String> all = new ArrayList<>();
        Optional<String> at = Optional.of(path);
        while (at.isPresent()) {
            HttpResponse<String> page = get(at.get());
            all.addAll(tags(page));
            sizes.add(tags(page).size());
            at = next(page);
        }
        return all;
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
        assertThat(follow(tagsPath(), sizes)).isEqualTo(tags);
        assertThat(sizes).containsExactly(10_000, 2_000);
        assertThat(weir.upstream.count("GET", "/tags/list")).isEqualTo(120);
    }

    @Test
    void aPageOfOneTagCostsOneRequest() {
        weir.upstream.misbehave(listsTagsInPages(name, numbered(3), 100));
        HttpResponse<String> page = get(tagsPath() + "?n=1");
        assertThat(tags(page)).containsExactly("t00000");
        assertThat(header(page, "Link")).isEqualTo("<" + tagsPath() + "?n=1&last=t00000>; rel=\"next\"");
        assertThat(weir.upstream.requests()).hasSize(1);
        List<Integer> sizes = new ArrayList<>();
        assertThat(follow(tagsPath() + "?n=1", sizes)).isEqualTo(numbered(3));
        assertThat(weir.upstream.requests()).hasSize(4);
    }

    @Test
    void tagsThatUpstreamDoesNotSortKeepItsOrderFromPageToPage() {
        List<String> tags = List.of("c", "a", "d", "b");
        weir.upstream.misbehave(listsTagsInPages(name, tags, 100));
        assertThat(follow(tagsPath() + "?n=3", new ArrayList<>())).isEqualTo(tags);
        assertThat(tags(get(tagsPath()))).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aListThatUpstreamDoesNotPageIsReadOnceAMinuteAndPagedHere() {
        weir.upstream.put("/v2/" + name + "/tags/list", "application/json", "{\"tags\":[\"c\",\"a\",\"-no\",\"b\"]}");
        List<Integer> sizes = new ArrayList<>();
        assertThat(follow(tagsPath() + "?n=1", sizes)).containsExactly("a", "b", "c");
        assertThat(sizes).containsExactly(1, 1, 1);
        assertThat(weir.upstream.requests()).hasSize(1);
        weir.clock.advance(Duration.ofSeconds(61));
        assertThat(tags(get(tagsPath() + "?n=2&last=a"))).containsExactly("b", "c");
        assertThat(weir.upstream.requests()).hasSize(2);
    }

    @Test
    void aListWhoseLinksHoldATokenIsReadWholeAndPagedHere() {
        List<String> tags = numbered(30);
        weir.upstream.misbehave(listsTagsByToken(name, tags, 7));
        assertThat(follow(tagsPath() + "?n=7", new ArrayList<>())).isEqualTo(tags);
        assertThat(follow(tagsPath() + "?n=4", new ArrayList<>())).isEqualTo(tags);
        assertThat(weir.upstream.requests()).hasSize(1 + 5);
    }

    @Test
    void asksForFewerTagsWhereUpstreamRefusesTheNumber() {
        weir.upstream.misbehave(refusesNumbersOver(100));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(250), 100));
        assertThat(tags(get(tagsPath()))).isEqualTo(numbered(250));
        weir.upstream.behave();
        weir.upstream.misbehave(refusesNumbersOver(0));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(2), 100));
        assertThat(tags(get(tagsPath() + "?n=50"))).isEqualTo(numbered(2));
    }

    @Test
    void aPageThatFailsEndsTheListWithAWarningAndALinkToGoOn() {
        weir.upstream.misbehave(failsAfter("t00199"));
        weir.upstream.misbehave(listsTagsInPages(name, numbered(300), 100));
        HttpResponse<String> page = get(tagsPath());
        assertThat(tags(page)).isEqualTo(numbered(200));
        assertThat(header(page, "Warning")).startsWith("299 - \"list tags of ").contains("status 503");
        assertThat(header(page, "Cache-Status")).isEqualTo("weir; fwd=bypass; detail=INTERRUPTED");
        assertThat(header(page, "Link")).contains("last=t00199>");
        weir.upstream.behave();
        weir.closeCircuits();
        weir.upstream.misbehave(listsTagsInPages(name, numbered(300), 100));
        assertThat(tags(get(next(page).orElseThrow()))).isEqualTo(numbered(300).subList(200, 300));
    }

    @Test
    void aLinkOfThirtyThousandCharactersEndsTheListWithAWarning() {
        weir.upstream.misbehave(listsOneTagWithLink(name, "a", "<" + "x;".repeat(15_000) + ">; rel=next"));
        HttpResponse<String> page = get(tagsPath());
        assertThat(tags(page)).containsExactly("a");
        assertThat(header(page, "Warning")).contains("Link header of 30");
        assertThat(header(page, "Link")).contains("last=a>");
    }

    @Test
    void aLinkToItselfEndsTheListWithAWarning() {
        String self = "/v2/" + name + "/tags/list?n=1000";
        weir.upstream.misbehave(listsOneTagWithLink(name, "a", "<" + self + ">; rel=next"));
        assertThat(header(get(tagsPath()), "Warning")).contains("read before");
        assertThat(weir.upstream.requests()).hasSize(1);
    }

    @Test
    void theCachedTagsAreListedInPagesWhileUpstreamFails() {
        weir.cacheMany(name, 5);
        weir.upstream.failWith(503, request -> true);
        List<Integer> sizes = new ArrayList<>();
        assertThat(follow(tagsPath() + "?n=2", sizes)).containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(get("/v2/up/" + name + "x/tags/list").statusCode()).isEqualTo(502);
    }

    private static String descriptor(int i, String artifactType) {
        Digest digest = Digest.of(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
        return "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + digest
                + "\",\"size\":1,\"artifactType\":\"" + artifactType + "\"}";
    }

    private static int count(HttpResponse<String> referrers) {
        assertThat(referrers.statusCode()).as(referrers.body()).isEqualTo(200);
        assertThat(header(referrers, "Content-Type")).isEqualTo(MediaType.OCI_INDEX.value());
        return json(referrers).path("manifests").size();
    }

    @Test
    void pagesOfReferrersAreFollowedAndWhatIsLeftIsLinked() {
        Digest subject = Digest.of(name.getBytes(StandardCharsets.UTF_8));
        weir.upstream.misbehave(listsReferrersOneByOne(IntStream.range(0, 25)
                .mapToObj(i -> descriptor(i, i % 2 == 0 ? "a/even" : "a/odd"))
                .toList()));
        String path = "/v2/up/" + name + "/referrers/" + subject;
        HttpResponse<String> first = get(path);
        assertThat(count(first)).isEqualTo(20);
        HttpResponse<String> rest = get(next(first).orElseThrow());
        assertThat(count(rest)).isEqualTo(5);
        assertThat(next(rest)).isEmpty();
        HttpResponse<String> even = get(path + "?artifactType=a/even");
        assertThat(header(even, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(count(even)).isEqualTo(10);
        assertThat(count(get(next(even).orElseThrow()))).isEqualTo(3);
    }

    @Test
    void onlyWhatMayReferToTheDigestIsListed() {
        String subjectIndex = "{\"schemaVersion\":2,\"manifests\":[" + descriptor(1, "") + "],\"of\":\"" + name + "\"}";
        Digest subject = weir.upstream.manifest(name, "1", MediaType.OCI_INDEX, subjectIndex);
        String path = "/v2/up/" + name + "/referrers/" + subject;
        String tag = "/v2/" + name + "/manifests/sha256-" + subject.hex();
        weir.upstream.put(tag, MediaType.OCI_INDEX.value(), subjectIndex);
        assertThat(count(get(path))).as("GitLab's answer, the subject itself").isZero();
        weir.upstream.put(tag, "text/html", "<html>");
        assertThat(count(get(path))).as("a page").isZero();
        weir.upstream.put(
                tag,
                "application/json",
                "{\"manifests\":[{\"digest\":\"" + subject + "\"},1,{}," + descriptor(2, "") + ","
                        + descriptor(3, "").replace("}", ",\"subject\":{\"digest\":\"sha256:other\"}}") + "]}");
        assertThat(count(get(path))).as("what is neither itself nor another's").isEqualTo(1);
    }

    @Test
    void theFallbackTagOfASha512DigestHasItsFirst64Characters() {
        Digest subject = Digest.of(Digest.Algorithm.SHA512, name.getBytes(StandardCharsets.UTF_8));
        weir.upstream.put(
                "/v2/" + name + "/manifests/sha512-" + subject.hex().substring(0, 64),
                MediaType.OCI_INDEX.value(),
                "{\"manifests\":[" + descriptor(1, "") + "]}");
        assertThat(count(get("/v2/up/" + name + "/referrers/" + subject))).isEqualTo(1);
    }

    @Test
    void theWholeAnswerOfBeforeServesWhileUpstreamFails() {
        Digest subject = Digest.of(name.getBytes(StandardCharsets.UTF_8));
        weir.upstream.misbehave(listsReferrersOneByOne(List.of(descriptor(1, "a/x"), descriptor(2, "a/y"))));
        String path = "/v2/up/" + name + "/referrers/" + subject;
        assertThat(count(get(path))).isEqualTo(2);
        weir.upstream.behave();
        weir.upstream.failWith(503, request -> true);
        assertThat(count(get(path))).isEqualTo(2);
    }

    @Test
    void aManifestTheClientHoldsIsNotSentAgain() {
        Digest digest = weir.upstream.image(name, "1", new byte[] {1});
        String path = "/v2/up/" + name + "/manifests/1";
        assertThat(get(path).statusCode()).isEqualTo(200);
        assertThat(get(path, "If-None-Match", "\"x\", W/\"" + digest + "\"").statusCode())
                .isEqualTo(304);
        assertThat(get(path, "If-None-Match", "\"x\"", "If-None-Match", "*").statusCode())
                .isEqualTo(304);
        assertThat(get(path, "If-None-Match", digest.toString()).statusCode()).isEqualTo(200);
    }
}
