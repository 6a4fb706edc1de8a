package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.store.BlobAccess;
import dev.weir.store.UrlLife;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP server of a laptop, over a real socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFrontTest {
    private static final byte[] BYTES = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Digest DIGEST = Digest.of(BYTES);
    private static final Digest EMPTY = Digest.of(new byte[0]);

    private final Path path = Files.createTempDirectory("weir-test");
    private final DataFolder folder = DataFolder.open(path);
    private final MovableClock clock = new MovableClock();
    private final FileContentStore contents = FileContentStore.open(folder, UrlLife.USUAL, clock);
    private final LinkedBlockingQueue<RegistryRequest> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch sixtyFour = new CountDownLatch(64);
    private final LocalServer server = LocalServer.start(
            0,
            new HttpFront(
                    this::answer, Optional.of(contents), Optional.empty(), AllowedHosts.parse("weir.corp, Cache_1")));
    private final HttpClient client = HttpClient.newHttpClient();

    HttpFrontTest() throws IOException {
        contents.put(DIGEST, OptionalLong.empty(), new ByteArrayInputStream(BYTES));
        contents.put(EMPTY, OptionalLong.empty(), new ByteArrayInputStream(new byte[0]));
    }

    @AfterAll
    void stop() {
        server.close();
        folder.close();
        AwsUnderTest.remove(path);
    }

    /** A path that ends in {@code /together} is answered when 64 of them are there. */
    private RegistryResponse answer(RegistryRequest request) {
        if (request.path().equals("/v2/a/b/x")) {
            requests.add(request);
        }
        if (request.path().equals("/v2/together")) {
            sixtyFour.countDown();
            try {
                sixtyFour.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return new RegistryResponse(200, Map.of("Content-Length", "5"), "hello".getBytes(StandardCharsets.US_ASCII));
    }

    private HttpResponse<byte[]> send(String method, URI uri, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port()).resolve(uri))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** What the server sends for these bytes until it ends the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=2-5     | 206 | bytes 2-5/10 | 2345",
                "bytes=7-      | 206 | bytes 7-9/10 | 789",
                "bytes=-2      | 206 | bytes 8-9/10 | 89",
                "bytes=8-99    | 206 | bytes 8-9/10 | 89",
                "bytes=5-2     | 200 |              | 0123456789",
                "bytes=0-1,4-5 | 200 |              | 0123456789",
                "pages=1-2     | 200 |              | 0123456789",
                "bytes=x       | 200 |              | 0123456789",
            })
    void aRangeThatIsSingleAndWellFormedIsServedAndAnyOtherIgnored(
            String range, int status, String contentRange, String body) throws Exception {
        HttpResponse<byte[]> answer = send("GET", contents.presign(DIGEST, BlobAccess.GET), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Range")).isEqualTo(Optional.ofNullable(contentRange));
        assertThat(answer.headers().firstValue("Content-Length")).contains(Integer.toString(body.length()));
        assertThat(answer.body()).asString().isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=-0"})
    void aRangeBehindTheEndIsToldTheSize(String range) throws Exception {
        HttpResponse<byte[]> answer = send("GET", contents.presign(DIGEST, BlobAccess.GET), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */10");
    }

    @ParameterizedTest
    @CsvSource({"'\"%s\"', 206", "'\"other\"', 200", "'W/\"%s\"', 200", "'Fri, 01 Jan 2100 00:00:00 GMT', 200"})
    void aConditionalRangeIsServedOnlyForThisVeryBlob(String ifRange, int status) throws Exception {
        String condition = ifRange.formatted(DIGEST);
        URI signed = contents.presign(DIGEST, BlobAccess.GET);
        HttpResponse<byte[]> answer = send("GET", signed, "Range", "bytes=0-1", "If-Range", condition);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aBlobSaysWhatItIs(String method) throws Exception {
        HttpResponse<byte[]> answer = send(method, contents.presign(DIGEST, BlobAccess.valueOf(method)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).contains("10");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Accept-Ranges")).contains("bytes");
        assertThat(answer.headers().firstValue("ETag")).contains("\"" + DIGEST + "\"");
        assertThat(answer.body()).asString().isEqualTo(method.equals("HEAD") ? "" : "0123456789");
    }

    @Test
    void aHeadIgnoresRanges() throws Exception {
        HttpResponse<byte[]> answer = send("HEAD", contents.presign(DIGEST, BlobAccess.HEAD), "Range", "bytes=0-1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).contains("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aBlobWithoutBytesIsServed(String method) throws Exception {
        HttpResponse<byte[]> answer = send(method, contents.presign(EMPTY, BlobAccess.valueOf(method)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).contains("0");
    }

    @Test
    void aBlobThatIsGoneIs404() throws Exception {
        HttpResponse<byte[]> answer = send("GET", contents.presign(Digest.of(new byte[] {9}), BlobAccess.GET));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).asString().endsWith("is not stored here any more; pull again\n");
    }

    @ParameterizedTest
    @CsvSource({"GET, HEAD", "HEAD, GET", "GET, POST", "GET, DELETE"})
    void aUrlSignedForAnotherMethodIsDenied(BlobAccess signed, String used) throws Exception {
        assertThat(send(used, contents.presign(DIGEST, signed)).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "signature=.{64}, signature=" + "0000000000000000000000000000000000000000000000000000000000000000",
        "\\?.*, ''"
    })
    void aUrlThatWasChangedIsDeniedInPlainText(String from, String to) throws Exception {
        URI changed =
                URI.create(contents.presign(DIGEST, BlobAccess.GET).toString().replaceFirst(from, to));
        HttpResponse<byte[]> answer = send("GET", changed);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(answer.body()).asString().contains("pull again").doesNotContain("0123456789");
    }

    @Test
    void aUrlThatExpiredIsDenied() throws Exception {
        URI signed = contents.presign(DIGEST, BlobAccess.GET);
        clock.advance(Duration.ofMinutes(15));
        assertThat(send("GET", signed).statusCode()).isEqualTo(403);
    }

    @Test
    void namesOfQueriesKeepTheirCaseAndNamesOfHeadersAreLowerCased() throws Exception {
        send("GET", URI.create("/v2/a%2Fb/x?artifactType=a%2Fb&artifactType=c&artifacttype=d&n"), "Accept", "a/b");
        RegistryRequest request = requests.take();
        assertThat(request.path()).isEqualTo("/v2/a/b/x");
        assertThat(request.query())
                .isEqualTo(Map.of("artifactType", List.of("a/b", "c"), "artifacttype", List.of("d"), "n", List.of("")));
        assertThat(request.headers()).containsEntry("accept", List.of("a/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/%zz", "/v2/?n=%2"})
    void anEscapeThatIsMalformedIsABadRequest(String target) throws Exception {
        assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    /** A browser sends the name that a page is from, also where that name leads to 127.0.0.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:5000",
                "localhost.evil.example",
                "notlocalhost:5000",
                "127.0.0.1.evil.example",
                "evil.example:localhost",
                "localhost@evil.example",
                "[evil.example]:5000",
                "weir.corp.evil.example",
                "x.weir.corp",
                "''",
            })
    void aHostOfAnotherIsMisdirectedAtEveryPath(String host) throws Exception {
        String header = "Host: " + (host.equals("''") ? "" : host) + "\r\n";
        for (String target : List.of(
                "/v2/", "/v2/x", contents.presign(DIGEST, BlobAccess.GET).toString())) {
            String answer = raw("GET " + target + " HTTP/1.1\r\n" + header + "Connection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 421 ")
                    .contains("text/plain")
                    .contains("WEIR_HOSTS");
            assertThat(answer).doesNotContain("hello").doesNotContain("0123456789");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:5000",
                "localhost.:5000",
                "weir.localhost:5000",
                "127.0.0.1",
                "127.0.0.1:5000",
                "192.168.1.7:5000",
                "[::1]",
                "[::1]:5000",
                "host.docker.internal:5000",
                "weir.corp",
                "WEIR.corp:80",
                "cache_1:5000",
            })
    void aHostOfThisMachineOrOfTheSettingsIsAnsweredAtEveryPath(String host) throws Exception {
        String rest = " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        assertThat(raw("GET /v2/x" + rest)).startsWith("HTTP/1.1 200 ").endsWith("hello");
        assertThat(raw("GET " + contents.presign(DIGEST, BlobAccess.GET) + rest))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("0123456789");
    }

    @Test
    void aRequestThatNamesNoHostIsAnswered() throws Exception {
        assertThat(raw("GET /v2/x HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.0 200 ")
                .endsWith("hello");
    }

    @Test
    void everyOneOfSeveralHostsMustBeAllowed() throws Exception {
        assertThat(raw("GET /v2/x HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .doesNotContain("hello");
    }

    @Test
    void sixtyFourRequestsAreAnsweredAtOnce() {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v2/together");
        for (int i = 0; i < 64; i++) {
            answers.add(client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()));
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    @Test
    void aSmallBodyIsIgnoredAndTheConnectionGoesOn() throws Exception {
        String post = "POST /v2/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
        String last = "HEAD /v2/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        String answers = raw(post + last);
        assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
        assertThat(answers.split("hello", -1)).as("HEAD has no body").hasSize(2);
    }

    @Test
    void aLargeBodyEndsTheConnection() throws Exception {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /v2/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(chunksTaken(out, chunk.getBytes(StandardCharsets.US_ASCII)))
                    .as("of 4096 chunks of 64 KiB")
                    .isLessThan(4096);
        }
    }

    private static int chunksTaken(OutputStream out, byte[] chunk) {
        int taken = 0;
        try {
            while (taken < 4096) {
                out.write(chunk);
                taken++;
            }
        } catch (IOException e) {
            return taken;
        }
        return taken;
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheRemedy() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LocalServer.start(server.port(), new HttpFront(this::answer, Optional.of(contents))))
                .withMessageContaining("port " + server.port() + " of 127.0.0.1")
                .withMessageContaining("WEIR_PORT")
                .withMessageNotContaining("\n");
    }
}
