package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** A registry on a real socket that serves what a test put there, remembers each request, and misbehaves when told to. */
public final class FakeUpstream implements AutoCloseable {

    /** What was asked. Header names are as Java's server capitalises them: {@code Authorization}, {@code Range}. */
    public record Request(String method, String path, String query, Map<String, List<String>> headers) {
        public Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }
    }

    /** Answers instead of the registry; true when it did. */
    @FunctionalInterface
    public interface Misbehaviour {
        boolean answer(HttpExchange exchange) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Content(String mediaType, byte[] bytes) {}

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Misbehaviour> misbehaviours = new CopyOnWriteArrayList<>();

    public FakeUpstream() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /** {@code 127.0.0.1:port}, as an insecure upstream is listed. */
    public String hostAndPort() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public Digest blob(String name, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        contents.put("/v2/" + name + "/blobs/" + digest, new Content("application/octet-stream", bytes));
        return digest;
    }

    public Digest manifest(String name, String tag, MediaType mediaType, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(bytes);
        contents.put("/v2/" + name + "/manifests/" + tag, new Content(mediaType.value(), bytes));
        contents.put("/v2/" + name + "/manifests/" + digest, new Content(mediaType.value(), bytes));
        return digest;
    }

    /** Tags an index of one manifest. */
    public Digest index(String name, String tag, Digest child) {
        return manifest(
                name,
                tag,
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[{\"mediaType\":\""
                        + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + child + "\",\"size\":10}]}");
    }

    /** An image of one config and the given layers. */
    public Digest image(String name, String tag, byte[]... layers) {
        StringBuilder json = new StringBuilder("{\"schemaVersion\":2,\"config\":");
        byte[] config = ("{\"of\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        json.append(descriptor(blob(name, config), config.length)).append(",\"layers\":[");
        for (int i = 0; i < layers.length; i++) {
            json.append(i == 0 ? "" : ",").append(descriptor(blob(name, layers[i]), layers[i].length));
        }
        return manifest(name, tag, MediaType.OCI_MANIFEST, json.append("]}").toString());
    }

    private static String descriptor(Digest digest, int size) {
        return "{\"mediaType\":\"application/octet-stream\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    /** Any other path with its answer. */
    public void put(String path, String mediaType, String body) {
        put(path, mediaType, body.getBytes(StandardCharsets.UTF_8));
    }

    public void put(String path, String mediaType, byte[] body) {
        contents.put(path, new Content(mediaType, body));
    }

    public void remove(String path) {
        contents.remove(path);
    }

    public void misbehave(Misbehaviour misbehaviour) {
        misbehaviours.add(misbehaviour);
    }

    public void behave() {
        misbehaviours.clear();
    }

    /** Every request that the predicate takes is answered with this status and nothing else. */
    public void failWith(int status, Predicate<Request> which) {
        misbehave(exchange -> {
            if (!which.test(request(exchange))) {
                return false;
            }
            exchange.sendResponseHeaders(status, -1);
            return true;
        });
    }

    public List<Request> requests() {
        return requests;
    }

    public long count(String method, String pathPart) {
        return requests.stream()
                .filter(request ->
                        request.method().equals(method) && request.path().contains(pathPart))
                .count();
    }

    private static Request request(HttpExchange exchange) {
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                String.valueOf(exchange.getRequestURI().getQuery()),
                Map.copyOf(exchange.getRequestHeaders()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(request(exchange));
        try (exchange) {
            for (Misbehaviour misbehaviour : misbehaviours) {
                if (misbehaviour.answer(exchange)) {
                    return;
                }
            }
            Content content = contents.get(exchange.getRequestURI().getPath());
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                serve(exchange, content);
            }
        }
    }

    private static void serve(HttpExchange exchange, Content content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", content.mediaType());
        if (exchange.getRequestURI().getPath().contains("/manifests/")) {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(content.bytes()).toString());
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.bytes().length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
        int to = range == null || range.endsWith("-")
                ? content.bytes().length
                : Integer.parseInt(range.replaceAll(".*-", "")) + 1;
        int length = to - from;
        if (range != null) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (from + length - 1) + "/" + content.bytes().length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, length == 0 ? -1 : length);
        exchange.getResponseBody().write(content.bytes(), from, length);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
