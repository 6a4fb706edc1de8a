package dev.weir.deployed;

import static dev.weir.deployed.RegistryClient.header;
import static dev.weir.deployed.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.deployed.aws.AwsCall;
import dev.weir.deployed.aws.AwsProxy;
import dev.weir.deployed.aws.RequiredPermissions;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The packaged artifact as it is deployed: processes behind a gateway, with the environment of template.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AsDeployedIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FUNCTIONS =
            List.of("AuthorizerFunction", "RegistryFunction", "WaitFunction", "FillFunction", "RefreshFunction");
    private static final int MIB = 1024 * 1024;

    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;
    private RegistryClient client;
    private FunctionEvents events;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort()).recordingCalls();
        client = new RegistryClient(weir.gateway);
        events = new FunctionEvents(weir);
    }

    @AfterEach
    void behave() {
        upstream.behave();
    }

    @AfterAll
    void remove() throws IOException {
        weir.close();
        upstream.close();
        weir.functions.copyLogs(Path.of("target"));
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Only those of one repository: fills of other tests may still be running. */
    private List<FakeUpstream.Request> requestsOf(String repository) {
        return upstream.requests().stream()
                .filter(request -> request.path().contains(repository))
                .toList();
    }

    @Test
    void pullsColdThenHot() throws Exception {
        byte[] small = "small layer".getBytes(StandardCharsets.UTF_8);
        byte[] large = random(1, 9 * MIB);
        Digest digest = upstream.image("team/app", "1", small, large);
        HttpResponse<byte[]> manifest = client.send(client.asAlice("/v2/up/team/app/manifests/1")
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .header("Accept", "application/vnd.oci.image.manifest.v1+json"));
        assertThat(manifest.statusCode()).as(text(manifest)).isEqualTo(200);
        assertThat(header(manifest, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(digest.matches(manifest.body())).isTrue();
        assertThat(client.blob("up/team/app", Digest.of(small))).isEqualTo(small);
        assertThat(client.blob("up/team/app", Digest.of(large))).isEqualTo(large);
        assertThat(weir.functions.invocations("FillFunction")).isPositive();
        assertThat(weir.functions.invocations("WaitFunction")).isPositive();
        upstream.requests().clear();
        HttpResponse<byte[]> head =
                client.send(client.asAlice("/v2/up/team/app/manifests/1").method("HEAD", BodyPublishers.noBody()));
        assertThat(header(head, "Cache-Status")).isEqualTo("weir; hit");
        assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(manifest.body().length));
        assertThat(header(head, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(client.blob("up/team/app", Digest.of(large))).isEqualTo(large);
        assertThat(requestsOf("/team/app/")).isEmpty();
    }

    /** The gateway makes Content-Length from the body, so that only S3 can tell the size of a blob. */
    @Test
    void tellsTheSizeOfABlobByHead() throws Exception {
        byte[] layer = random(8, 1000);
        upstream.image("sized", "1", layer);
        client.manifest("up/sized", "1");
        assertThat(client.blob("up/sized", Digest.of(layer))).isEqualTo(layer);
        String path = "/v2/up/sized/blobs/" + Digest.of(layer);
        HttpResponse<byte[]> head = client.send(client.asAlice(path).method("HEAD", BodyPublishers.noBody()));
        if (head.statusCode() == 307) {
            head = client.send(HttpRequest.newBuilder(URI.create(header(head, "Location")))
                    .method("HEAD", BodyPublishers.noBody()));
        }
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("1000");
    }

    @Test
    void theBusFindsAFillRequestByTheTemplatesPattern() throws Exception {
        byte[] layer = random(14, 2 * MIB);
        upstream.image("team/bus", "1", layer);
        int before = weir.aws.matched("BlobFillRequested");
        client.manifest("up/team/bus", "1");
        assertThat(events.matchedAfter("BlobFillRequested", before)).isGreaterThan(before);
    }

    @Test
    void pullsWithTheCredentialOfItsRule() throws Exception {
        byte[] large = random(2, 2 * MIB);
        Digest digest = upstream.image("vault", "1", large);
        upstream.misbehave(Misbehaviours.requiring("puller", "upstream-token"));
        assertThat(client.manifest("private/vault", "1")).isEqualTo(digest);
        assertThat(client.blob("private/vault", Digest.of(large))).isEqualTo(large);
        Digest moved = upstream.image("vault", "1", random(3, 100));
        weir.makeDue("private/vault", "1");
        assertThat(events.tick().path("moved").asInt()).isEqualTo(1);
        assertThat(client.manifest("private/vault", "1")).isEqualTo(moved);
    }

    @Test
    void keepsAManifestTooLargeForTheTableAndChecksItWhenStale() throws Exception {
        String json = "{\"schemaVersion\":2,\"layers\":[],\"annotations\":{\"big\":\"" + "x".repeat(300_000) + "\"}}";
        Digest digest = upstream.manifest("big", "1", MediaType.OCI_MANIFEST, json);
        assertThat(client.manifest("up/big", "1")).isEqualTo(digest);
        assertThat(client.manifest("up/big", "1")).isEqualTo(digest);
        weir.makeDue("up/big", "1");
        upstream.requests().clear();
        assertThat(client.manifest("up/big", "1")).isEqualTo(digest);
        assertThat(upstream.count("HEAD", "/big/manifests/1")).isEqualTo(1);
        assertThat(requestsOf("/big/")).hasSize(1);
    }

    @Test
    void answersErrorsInTheSpecsJson() throws Exception {
        HttpResponse<byte[]> missing = client.send(client.asAlice("/v2/up/none/manifests/1"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(text(missing)).contains("MANIFEST_UNKNOWN");
        HttpResponse<byte[]> push =
                client.send(client.asAlice("/v2/up/none/blobs/uploads/").POST(BodyPublishers.ofString("x")));
        assertThat(push.statusCode()).isEqualTo(405);
        assertThat(text(push)).contains("UNSUPPORTED");
        HttpResponse<byte[]> big = client.send(
                client.asAlice("/v2/up/none/blobs/uploads/").POST(BodyPublishers.ofByteArray(new byte[11 * MIB])));
        assertThat(big.statusCode()).isEqualTo(413);
        assertThat(text(big)).contains("SIZE_INVALID");
    }

    @Test
    void answersInTheSpecsJsonWhenUpstreamStaysSilent() throws Exception {
        client.send(client.asAlice("/v2/"));
        CountDownLatch end = new CountDownLatch(1);
        upstream.misbehave(Misbehaviours.silentUntil(end));
        try {
            HttpResponse<byte[]> answer = client.send(client.asAlice("/v2/up/silent/manifests/1"));
            assertThat(answer.statusCode()).as(text(answer)).isBetween(500, 599);
            assertThat(header(answer, "x-amzn-ErrorType")).isEmpty();
            assertThat(JSON.readTree(answer.body()).at("/errors/0/code").asText())
                    .as(text(answer))
                    .startsWith("UPSTREAM_");
        } finally {
            end.countDown();
        }
    }

    @Test
    void aFillThatKeepsFailingEndsInTheDeadLettersWithItsReason() throws Exception {
        Digest failing = upstream.blob("broken", random(4, 2 * MIB));
        upstream.failWith(
                503, asked -> asked.method().equals("GET") && asked.path().contains(failing.toString()));
        assertThat(events.deadLetterOf(fillRequested("broken", failing)).error())
                .contains("status 503");
    }

    @Test
    void aFillThatCanNotSucceedEndsWithAnEventAndNoDeadLetter() throws Exception {
        Digest other = Digest.of("what was promised".getBytes(StandardCharsets.UTF_8));
        upstream.put("/v2/wrong/blobs/" + other, "application/octet-stream", "x".repeat(9 * MIB));
        try (FunctionProcess fill = weir.functions.start("FillFunction")) {
            assertThat(fill.isReady(Duration.ofSeconds(30))).isTrue();
            assertThat(fill.invoke(fillRequested("wrong", other), Duration.ofMinutes(15))
                            .error())
                    .isEmpty();
        }
        assertThat(weir.aws.bus().events())
                .filteredOn(event -> event.at("/detail/action").asText().equals("FILL_FAILED"))
                .anyMatch(event -> event.at("/detail/image-digest").asText().equals(other.toString()));
    }

    private byte[] fillRequested(String name, Digest digest) {
        return FunctionEvents.fillRequested("up/" + name, upstream.hostAndPort() + "/" + name, digest);
    }

    @Test
    void aFillThatRunsOutOfTimeAsksForAnother() throws Exception {
        byte[] bytes = random(7, 9 * MIB);
        Digest digest = upstream.blob("slow", bytes);
        upstream.misbehave(Misbehaviours.slowAtFirst(bytes));
        try (FunctionProcess fill = weir.functions.start("FillFunction")) {
            assertThat(fill.isReady(Duration.ofSeconds(30))).isTrue();
            // The function keeps 60 s of what Lambda gives it.
            FunctionResult result = fill.invoke(fillRequested("slow", digest), Duration.ofSeconds(62));
            assertThat(result.error()).isEmpty();
        }
        assertThat(client.blob("up/slow", digest)).isEqualTo(bytes);
        assertThat(weir.aws.bus().events())
                .anyMatch(event -> event.at("/detail/attempt").asInt() == 2);
    }

    @Test
    void aTickBringsInWhatADueTagMovedTo() throws Exception {
        Digest before = upstream.image("moving", "1", random(5, 100));
        assertThat(client.manifest("up/moving", "1")).isEqualTo(before);
        byte[] layer = random(6, 9 * MIB);
        Digest after = upstream.image("moving", "1", layer);
        weir.makeDue("up/moving", "1");
        JsonNode report = events.tick();
        assertThat(report.path("moved").asInt()).as(report.toString()).isEqualTo(1);
        assertThat(Files.readString(weir.functions.log("RefreshFunction"))).contains("\"_aws\"");
        upstream.requests().clear();
        HttpResponse<byte[]> pull = client.send(client.asAlice("/v2/up/moving/manifests/1"));
        assertThat(header(pull, "Docker-Content-Digest")).isEqualTo(after.toString());
        assertThat(header(pull, "Cache-Status")).isEqualTo("weir; hit");
        assertThat(client.blob("up/moving", Digest.of(layer))).isEqualTo(layer);
        assertThat(requestsOf("/moving/")).isEmpty();
        weir.makeDue("up/moving", "1");
        assertThat(events.tick().path("unchanged").asInt()).isEqualTo(1);
    }

    /** Runs last: the tests before it make the calls. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFunctionMayDoWhatItDid() {
        Set<String> missing = new TreeSet<>();
        for (String function : FUNCTIONS) {
            Set<AwsCall> calls = weir.calls(function).stream()
                    .map(AwsProxy.Recorded::call)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            assertThat(calls).as("calls of " + function).isNotEmpty();
            missing.addAll(new RequiredPermissions(weir.template, function).missingFor(calls));
        }
        assertThat(missing).isEmpty();
    }
}
