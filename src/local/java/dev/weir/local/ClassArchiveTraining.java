package dev.weir.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What {@code ./mvnw -Plocal} runs once after it has built: a registry on an empty folder, before an upstream in this process, and
 * one pull through it. The JVM writes the classes that this took into an archive, which a start maps instead of reading and
 * verifying class by class.
 *
 * <p>Errors: a pull that fails ends the process with one line and exit code 1; a start is slower then, and nothing else.
 *
 * <p>Source: JEP 350, "Dynamic CDS Archives".
 */
public final class ClassArchiveTraining {
    private static final String IMAGE = "/v2/training/image";
    private static final byte[] CONFIGURATION = "{}".getBytes(StandardCharsets.US_ASCII);
    /** More than a request fills itself, and than is synced before it is served. */
    private static final byte[] LAYER = new byte[5 * 1024 * 1024];

    private ClassArchiveTraining() {}

    public static void main(String... args) throws IOException {
        LocalLog.start();
        Path folder = Files.createTempDirectory("weir-training");
        int status = 0;
        try {
            run(folder);
        } catch (IOException | RuntimeException e) {
            System.err.println("weir: no image was pulled for the archive of classes: " + e);
            status = 1;
        } finally {
            remove(folder);
        }
        // Some threads of the HTTP clients would wait for more work.
        System.exit(status);
    }

    /** The bytes of the layer that was pulled. */
    static byte[] run(Path folder) throws IOException {
        HttpServer upstream = upstream();
        upstream.start();
        String address = "127.0.0.1:" + upstream.getAddress().getPort();
        Path rules = Files.writeString(
                folder.resolve("rules.json"),
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"up\",\"upstreamRegistryUrl\":\"http://"
                        + address + "\"}]}");
        Map<String, String> environment = Map.of(
                "WEIR_DATA", folder.resolve("data").toString(),
                "WEIR_RULES", rules.toString(),
                "WEIR_INSECURE_UPSTREAMS", address);
        LocalSettings settings = LocalSettings.of(environment);
        try (LocalRegistry registry = new LocalRegistry(settings, environment);
                LocalServer server = LocalServer.start(0, HttpFront.of(registry, settings.hosts()))) {
            return pulled("http://127.0.0.1:" + server.port() + IMAGE.replace("/v2/", "/v2/up/"));
        } finally {
            upstream.stop(0);
        }
    }

    private static byte[] pulled(String image) throws IOException {
        send("HEAD", image + "/manifests/1");
        send("GET", image + "/manifests/1");
        send("GET", image + "/blobs/" + Digest.of(CONFIGURATION));
        return send("GET", image + "/blobs/" + Digest.of(LAYER));
    }

    private static byte[] send(String method, String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        try (InputStream body = connection.getInputStream()) {
            return body.readAllBytes();
        }
    }

    private static HttpServer upstream() throws IOException {
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", CONFIGURATION) + ",\"layers\":["
                + descriptor("application/vnd.oci.image.layer.v1.tar", LAYER) + "]}";
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(server, "/v2/", MediaType.OCTET_STREAM, CONFIGURATION);
        serve(server, IMAGE + "/manifests/", MediaType.OCI_MANIFEST, manifest.getBytes(StandardCharsets.US_ASCII));
        for (byte[] blob : List.of(CONFIGURATION, LAYER)) {
            serve(server, IMAGE + "/blobs/" + Digest.of(blob), MediaType.OCTET_STREAM, blob);
        }
        return server;
    }

    private static String descriptor(String mediaType, byte[] blob) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.of(blob) + "\",\"size\":" + blob.length
                + "}";
    }

    private static void serve(HttpServer server, String path, MediaType type, byte[] body) {
        server.createContext(path, exchange -> answer(exchange, type, body));
    }

    private static void answer(HttpExchange exchange, MediaType type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type.value());
        exchange.getResponseHeaders()
                .set("Docker-Content-Digest", Digest.of(body).toString());
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(200, isHead ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(isHead ? new byte[0] : body);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
