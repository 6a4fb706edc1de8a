package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.deployed.gateway.GatewayEmulator;
import dev.weir.oci.Digest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Sends requests to the gateway as an image client does: credentials go to the registry only, redirects are followed one by one. */
public final class RegistryClient {
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final GatewayEmulator gateway;

    public RegistryClient(GatewayEmulator gateway) {
        this.gateway = gateway;
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    public HttpRequest.Builder asAlice(String path) {
        return as(DeployedWeir.USER, DeployedWeir.PASSWORD, path);
    }

    public HttpRequest.Builder as(String user, String password, String path) {
        return request(path).header("Authorization", basic(user, password));
    }

    public static String basic(String user, String password) {
        String pair = user + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    public HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    public static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Gets a manifest, verifies it and returns its digest. */
    public Digest manifest(String repository, String tag) throws Exception {
        HttpResponse<byte[]> answer = send(asAlice("/v2/" + repository + "/manifests/" + tag));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        Digest digest = Digest.parse(header(answer, "Docker-Content-Digest"));
        assertThat(digest.matches(answer.body())).isTrue();
        return digest;
    }

    /** Gets a blob, through as many redirects as clients follow, and a range of it first. */
    public byte[] blob(String repository, Digest digest) throws Exception {
        String path = "/v2/" + repository + "/blobs/" + digest;
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
        throw new AssertionError("no blob " + digest + " of " + repository + " after nine redirects");
    }
}
