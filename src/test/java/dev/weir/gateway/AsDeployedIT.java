package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The packaged artifact, as processes behind a gateway, with the environment of template.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsDeployedIT {
    private static final Path ARTIFACT = Path.of(System.getProperty("weir.artifact", "target/function.zip"));

    private final FakeUpstream upstream = new FakeUpstream();
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private DeployedWeir weir;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(ARTIFACT, 0, upstream.hostAndPort());
    }

    @AfterAll
    void remove() throws IOException {
        weir.close();
        upstream.close();
        for (String name : new String[] {"AuthorizerFunction", "RegistryFunction", "FillFunction", "RefreshFunction"}) {
            Path log = weir.folder.resolve(name + ".log");
            if (Files.exists(log)) {
                Files.copy(log, Path.of("target", name + ".log"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + weir.gateway.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpRequest.Builder asAlice(String path) {
        return request(path).header("Authorization", basic(DeployedWeir.PASSWORD));
    }

    private static String basic(String password) {
        String pair = DeployedWeir.USER + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void challengesWhoeverDoesNotSayWhoTheyAre() throws Exception {
        HttpResponse<byte[]> bare = send(request("/v2/"));
        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(header(bare, "WWW-Authenticate")).isEqualTo("Basic realm=\"weir\"");
        assertThat(text(bare)).contains("\"UNAUTHORIZED\"");
        assertThat(send(request("/v2/").header("Authorization", basic("wrong"))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void asksTheAuthorizerOncePerToken() throws Exception {
        send(asAlice("/v2/"));
        int before = weir.functions.invocations("AuthorizerFunction");
        assertThat(send(asAlice("/v2/")).statusCode()).isEqualTo(200);
        assertThat(send(asAlice("/v2/_catalog")).statusCode()).isEqualTo(200);
        assertThat(weir.functions.invocations("AuthorizerFunction")).isEqualTo(before);
    }

    @Test
    void pullsColdThenHot() throws Exception {
        byte[] small = "small layer".getBytes(StandardCharsets.UTF_8);
        byte[] large = new byte[3 * 1024 * 1024];
        new Random(1).nextBytes(large);
        Digest digest = upstream.image("team/app", "1", small, large);
        HttpResponse<byte[]> manifest = send(asAlice("/v2/up/team/app/manifests/1")
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .header("Accept", "application/vnd.oci.image.manifest.v1+json"));
        assertThat(manifest.statusCode()).as(text(manifest)).isEqualTo(200);
        assertThat(header(manifest, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(digest.matches(manifest.body())).isTrue();
        assertThat(blob(Digest.of(small))).isEqualTo(small);
        assertThat(blob(Digest.of(large))).isEqualTo(large);
        assertThat(weir.functions.invocations("FillFunction")).isPositive();
        upstream.requests().clear();
        HttpResponse<byte[]> head =
                send(asAlice("/v2/up/team/app/manifests/1").method("HEAD", BodyPublishers.noBody()));
        assertThat(header(head, "Cache-Status")).isEqualTo("weir; hit");
        assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(manifest.body().length));
        assertThat(header(head, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(blob(Digest.of(large))).isEqualTo(large);
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void theBusFindsAFillRequestByTheTemplatesPattern() throws Exception {
        byte[] layer = new byte[2 * 1024 * 1024];
        new Random(2).nextBytes(layer);
        upstream.image("team/bus", "1", layer);
        int before = weir.aws.taken("BlobFillRequested");
        assertThat(send(asAlice("/v2/up/team/bus/manifests/1")).statusCode()).isEqualTo(200);
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (weir.aws.taken("BlobFillRequested") == before && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        assertThat(weir.aws.taken("BlobFillRequested")).isGreaterThan(before);
    }

    /** As a client does: redirects followed by hand, credentials for the registry only. */
    private byte[] blob(Digest digest) throws Exception {
        String path = "/v2/up/team/app/blobs/" + digest;
        for (int hop = 0; hop < 9; hop++) {
            HttpResponse<byte[]> answer = send(asAlice(path));
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(307);
            String location = header(answer, "Location");
            if (location.startsWith("http")) {
                HttpResponse<byte[]> range =
                        send(HttpRequest.newBuilder(URI.create(location)).header("Range", "bytes=1-4"));
                assertThat(range.statusCode()).isEqualTo(206);
                return send(HttpRequest.newBuilder(URI.create(location))).body();
            }
            path = location;
        }
        throw new AssertionError("nine redirects and no blob");
    }

    @Test
    void answersErrorsInTheSpecsJson() throws Exception {
        HttpResponse<byte[]> missing = send(asAlice("/v2/up/none/manifests/1"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(text(missing)).contains("MANIFEST_UNKNOWN");
        HttpResponse<byte[]> push = send(asAlice("/v2/up/none/blobs/uploads/").POST(BodyPublishers.ofString("x")));
        assertThat(push.statusCode()).isEqualTo(405);
        assertThat(text(push)).contains("UNSUPPORTED");
        HttpResponse<byte[]> big = send(
                asAlice("/v2/up/none/blobs/uploads/").POST(BodyPublishers.ofByteArray(new byte[11 * 1024 * 1024])));
        assertThat(big.statusCode()).isEqualTo(413);
        assertThat(text(big)).contains("SIZE_INVALID");
    }

    @Test
    void aFillThatFailsForEverEndsInTheDeadLettersWithItsReason() throws Exception {
        Digest digest = upstream.blob("broken", new byte[2 * 1024 * 1024]);
        upstream.misbehave(exchange -> {
            boolean hit = exchange.getRequestMethod().equals("GET")
                    && exchange.getRequestURI().getPath().contains(digest.toString());
            if (hit) {
                exchange.sendResponseHeaders(403, -1);
            }
            return hit;
        });
        String event =
                "{\"source\":\"weir\",\"detail-type\":\"Blob Fill Requested\",\"detail\":{\"repository\":\"up/broken\","
                        + "\"digest\":\"" + digest + "\",\"attempt\":1}}";
        String entry = "{\"Entries\":[{\"Source\":\"weir\",\"DetailType\":\"Blob Fill Requested\",\"Detail\":"
                + new com.fasterxml.jackson.databind.ObjectMapper()
                        .writeValueAsString(new com.fasterxml.jackson.databind.ObjectMapper()
                                .readTree(event)
                                .path("detail")
                                .toString())
                + "}]}";
        send(HttpRequest.newBuilder(weir.aws.endpoint())
                .header("X-Amz-Target", "AWSEvents.PutEvents")
                .POST(BodyPublishers.ofString(entry)));
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (weir.aws.deadLetters().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        upstream.behave();
        assertThat(weir.aws.deadLetters()).hasSize(1);
        assertThat(weir.aws.deadLetters().get(0).function()).isEqualTo("FillFunction");
        assertThat(weir.aws.deadLetters().get(0).error()).contains("status 403");
    }

    @Test
    void aTickChecksAndReports() throws Exception {
        byte[] tick = Files.readAllBytes(Path.of("events", "refresh-tick.json"));
        FunctionResult result = weir.functions.invoke("RefreshFunction", tick);
        assertThat(result.error()).isEmpty();
        JsonNode report = new com.fasterxml.jackson.databind.ObjectMapper().readTree(result.payload());
        assertThat(report.path("ran").asBoolean()).isTrue();
        assertThat(Files.readString(weir.folder.resolve("RefreshFunction.log"))).contains("\"_aws\"");
    }
}
