package dev.weir.local;

import static dev.weir.fake.ListMisbehaviours.listsReferrersOneByOne;
import static dev.weir.local.ListClient.header;
import static dev.weir.local.ListClient.json;
import static dev.weir.local.ListClient.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Referrers as a client of the HTTP server sees them, of upstreams that list in their own ways. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferrersIT {
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
        HttpResponse<String> first = client.get(path);
        assertThat(count(first)).isEqualTo(20);
        HttpResponse<String> rest = client.get(next(first).orElseThrow());
        assertThat(count(rest)).isEqualTo(5);
        assertThat(next(rest)).isEmpty();
        HttpResponse<String> even = client.get(path + "?artifactType=a/even");
        assertThat(header(even, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(count(even)).isEqualTo(10);
        assertThat(count(client.get(next(even).orElseThrow()))).isEqualTo(3);
    }

    @Test
    void onlyWhatMayReferToTheDigestIsListed() {
        String subjectIndex = "{\"schemaVersion\":2,\"manifests\":[" + descriptor(1, "") + "],\"of\":\"" + name + "\"}";
        Digest subject = weir.upstream.manifest(name, "1", MediaType.OCI_INDEX, subjectIndex);
        String path = "/v2/up/" + name + "/referrers/" + subject;
        String tag = "/v2/" + name + "/manifests/sha256-" + subject.hex();
        weir.upstream.put(tag, MediaType.OCI_INDEX.value(), subjectIndex);
        assertThat(count(client.get(path)))
                .as("GitLab's answer, the subject itself")
                .isZero();
        weir.upstream.put(tag, "text/html", "<html>");
        assertThat(count(client.get(path))).as("a page").isZero();
        weir.upstream.put(
                tag,
                "application/json",
                "{\"manifests\":[{\"digest\":\"" + subject + "\"},1,{}," + descriptor(2, "") + ","
                        + descriptor(3, "").replace("}", ",\"subject\":{\"digest\":\"sha256:other\"}}") + "]}");
        assertThat(count(client.get(path)))
                .as("what is neither itself nor another's")
                .isEqualTo(1);
    }

    @Test
    void theFallbackTagOfASha512DigestHasItsFirst64Characters() {
        Digest subject = Digest.of(Digest.Algorithm.SHA512, name.getBytes(StandardCharsets.UTF_8));
        weir.upstream.put(
                "/v2/" + name + "/manifests/sha512-" + subject.hex().substring(0, 64),
                MediaType.OCI_INDEX.value(),
                "{\"manifests\":[" + descriptor(1, "") + "]}");
        assertThat(count(client.get("/v2/up/" + name + "/referrers/" + subject)))
                .isEqualTo(1);
    }

    @Test
    void theWholeAnswerOfBeforeServesWhileUpstreamFails() {
        Digest subject = Digest.of(name.getBytes(StandardCharsets.UTF_8));
        weir.upstream.misbehave(listsReferrersOneByOne(List.of(descriptor(1, "a/x"), descriptor(2, "a/y"))));
        String path = "/v2/up/" + name + "/referrers/" + subject;
        assertThat(count(client.get(path))).isEqualTo(2);
        weir.upstream.behave();
        weir.upstream.failWith(503, request -> true);
        assertThat(count(client.get(path))).isEqualTo(2);
    }
}
