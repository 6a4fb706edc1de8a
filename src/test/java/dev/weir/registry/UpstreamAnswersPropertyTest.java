package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.UpstreamAnswer;
import dev.weir.fake.WeirUnderTest;
import dev.weir.local.LaptopUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import dev.weir.table.Item;
import dev.weir.table.Query;
import dev.weir.table.TableLayout;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever upstream answers: a held copy is served, and nothing that is not a manifest is ever stored. */
class UpstreamAnswersPropertyTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String OTHER_IMAGE = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}";

    private static @Nullable FakeUpstream upstream;
    private static @Nullable LaptopUnderTest weir;
    private static @Nullable Path folder;

    @BeforeContainer
    static void start() throws IOException {
        FakeUpstream fake = new FakeUpstream();
        InsecureUpstreams insecure = InsecureUpstreams.parse(Set.of(fake.hostAndPort()));
        Path path = Files.createTempDirectory("weir-answers");
        LaptopUnderTest laptop = new LaptopUnderTest(
                path,
                new HttpUpstreamRegistry(
                        rule -> Optional.empty(), insecure, UpstreamTimeouts.DEFAULT, Clock.systemUTC(), wait -> {}));
        laptop.rules = RuleSet.of(PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse("http://" + fake.hostAndPort(), insecure)));
        upstream = fake;
        weir = laptop;
        folder = path;
    }

    @AfterContainer
    static void stop() {
        started(weir).close();
        started(upstream).close();
        AwsUnderTest.remove(started(folder));
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started");
        }
        return part;
    }

    @Provide
    Arbitrary<UpstreamAnswer> answers() {
        Arbitrary<Integer> statuses = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(200)),
                Tuple.of(
                        3,
                        Arbitraries.of(
                                201, 202, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 405, 408, 410, 416, 418,
                                429, 451, 500, 501, 502, 503, 504, 599)));
        return Combinators.combine(statuses, headers(), bodies()).as(UpstreamAnswersPropertyTest::answer);
    }

    /** The digest header is right, or another's, or malformed, or left out. */
    private static UpstreamAnswer answer(int status, Map<String, String> headers, byte[] body) {
        Map<String, String> sent = new TreeMap<>(headers);
        sent.replace("Docker-Content-Digest", "right", Digest.of(body).toString());
        return new UpstreamAnswer(status, sent, body);
    }

    private static Arbitrary<Map<String, String>> headers() {
        Map<String, List<String>> values = Map.of(
                "Content-Type",
                List.of(
                        "",
                        "text/html; charset=utf-8",
                        "application/json",
                        "application/octet-stream",
                        "///",
                        MediaType.OCI_MANIFEST.value(),
                        MediaType.OCI_INDEX.value(),
                        MediaType.DOCKER_MANIFEST.value()),
                "Docker-Content-Digest",
                List.of("", "right", "right", "sha256:x", Digest.of(new byte[0]).toString()),
                "Content-Encoding",
                List.of("", "", "", "gzip", "br"),
                "Retry-After",
                List.of("", "0", "1", "99999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"),
                "WWW-Authenticate",
                List.of("", "Basic realm=\"x\"", "Bearer realm=\"http://127.0.0.1:1/token\"", "Bearer", "?"),
                "Location",
                List.of("", "/v2/", "http://[", "https://example.invalid/", "//"));
        return Combinators.combine(values.entrySet().stream()
                        .map(header ->
                                Arbitraries.of(header.getValue()).map(value -> Map.entry(header.getKey(), value)))
                        .toList())
                .as(entries -> entries.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> texts = Arbitraries.of(
                        "",
                        "<html><body>Log in</body></html>",
                        "{\"errors\":[{\"code\":\"UNAVAILABLE\"}]}",
                        OTHER_IMAGE.substring(0, OTHER_IMAGE.length() - 3),
                        OTHER_IMAGE,
                        OTHER_IMAGE + "x",
                        "{\"schemaVersion\":2,\"manifests\":[]}",
                        "{\"schemaVersion\":1,\"name\":\"old\"}",
                        "{}",
                        "[]",
                        "null",
                        "\"a text\"")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(
                texts, Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(200));
    }

    @Property(tries = 150)
    void aHeldCopyIsServed(@ForAll("answers") UpstreamAnswer answer) {
        String name = "held" + COUNT.incrementAndGet();
        FakeUpstream fake = started(upstream);
        fake.behave();
        // What the tries before have opened is closed by then.
        started(weir).clock.advance(WeirUnderTest.INTERVAL);
        Digest digest = fake.image(name, "1", name.getBytes(StandardCharsets.UTF_8));
        byte[] held = pull(name, "1").body();
        assertThat(digest.matches(held)).isTrue();
        started(weir).clock.advance(WeirUnderTest.INTERVAL);
        fake.misbehave(answer);
        for (int i = 0; i < 2; i++) {
            RegistryResponse served = pull(name, "1");
            assertThat(served.status()).isEqualTo(200);
            if (!isManifest(served.body())) {
                assertThat(served.body()).isEqualTo(held);
            }
        }
        assertThat(pull(name, digest.toString()).body()).isEqualTo(held);
        assertThatOnlyManifestsAreStored(name);
    }

    @Property(tries = 150)
    void aMissStoresNothingButManifests(@ForAll("answers") UpstreamAnswer answer) {
        String name = "miss" + COUNT.incrementAndGet();
        started(weir).clock.advance(WeirUnderTest.INTERVAL);
        started(upstream).behave();
        started(upstream).misbehave(answer);
        RegistryResponse served = pull(name, "1");
        assertThat(served.status() == 200 ? isManifest(served.body()) : served.status() >= 400)
                .as("%s %s", served.status(), new String(served.body(), StandardCharsets.ISO_8859_1))
                .isTrue();
        assertThat(served.status()).isNotEqualTo(401).isNotEqualTo(500);
        assertThatOnlyManifestsAreStored(name);
    }

    private static RegistryResponse pull(String name, String reference) {
        return get(started(weir).registry, "/v2/up/" + name + "/manifests/" + reference);
    }

    private static void assertThatOnlyManifestsAreStored(String name) {
        List<Item> items = started(weir).table.stream(Query.of("R#up/" + name)).toList();
        for (Item item : items) {
            item.findBytes(TableLayout.MANIFEST).ifPresent(bytes -> assertThat(isManifest(bytes))
                    .as(new String(bytes, StandardCharsets.ISO_8859_1))
                    .isTrue());
        }
    }

    /** Written apart from the code under test: one JSON object that looks like a manifest or says it is one. */
    private static boolean isManifest(byte[] bytes) {
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (IOException e) {
            return false;
        }
        return json.isObject()
                && (json.path("schemaVersion").asInt() == 2
                        || json.path("manifests").isArray()
                        || (json.path("config").isObject()
                                && json.path("layers").isArray()));
    }
}
