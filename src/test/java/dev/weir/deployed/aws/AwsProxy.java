package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * All of AWS at one endpoint, for one function: passes each request on to the emulator of its service and records the call. The host
 * that was signed is kept, so that signatures and presigned URLs stay valid; DynamoDB is asked for the units that a call consumed.
 *
 * <p>A client that follows a presigned URL comes through here too: what the URL opens, its signer must be allowed.
 */
public final class AwsProxy implements AutoCloseable {
    /**
     * A call and what it consumed of DynamoDB; a transaction's units are shared out evenly among its parts.
     *
     * @param partition the partition key of the item or items; empty where there is none
     */
    public record Recorded(AwsCall call, String partition, CapacityUnits units) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of this connection, not of the message; the JDK's server and OkHttp set their own. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection", "content-length", "transfer-encoding", "expect", "keep-alive", "upgrade", "http2-settings");

    private final Map<String, URI> services;
    private final List<Misbehaviour> misbehaviours = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<Recorded> recorded = new ConcurrentLinkedQueue<>();
    private final OkHttpClient client = new OkHttpClient.Builder()
            .followRedirects(false)
            .retryOnConnectionFailure(false)
            .callTimeout(Duration.ofMinutes(2))
            .readTimeout(Duration.ofMinutes(2))
            .build();

    /** @param services where each service is, by its name in a signature's scope */
    public AwsProxy(Map<String, URI> services) throws IOException {
        this.services = Map.copyOf(services);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All calls so far, in the order in which they were answered. */
    public List<Recorded> recorded() {
        return List.copyOf(recorded);
    }

    /** What a service that is in trouble answers, instead of the emulator; until {@link #behave}. */
    public void misbehave(Misbehaviour misbehaviour) {
        misbehaviours.add(misbehaviour);
    }

    public void behave() {
        misbehaviours.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            for (Misbehaviour misbehaviour : misbehaviours) {
                if (misbehaviour.answer(exchange)) {
                    return;
                }
            }
            Optional<String> service = AwsRequest.service(exchange).filter(services::containsKey);
            if (service.isEmpty()) {
                exchange.sendResponseHeaders(501, -1);
                return;
            }
            Optional<String> target = AwsRequest.target(exchange);
            if (target.isPresent()) {
                passJson(exchange, service.get(), target.get());
            } else if (service.get().equals("sts")) {
                passQuery(exchange, service.get());
            } else {
                recorded.add(new Recorded(
                        AwsRequest.ofS3(exchange.getRequestMethod(), exchange.getRequestURI()),
                        "",
                        CapacityUnits.NONE));
                passStream(exchange, service.get());
            }
        }
    }

    private void passJson(HttpExchange exchange, String service, String operation) throws IOException {
        ObjectNode request =
                (ObjectNode) JSON.readTree(exchange.getRequestBody().readAllBytes());
        if (service.equals("dynamodb")) {
            CapacityUnits.ask(operation, request);
        }
        RequestBody body = RequestBody.create(JSON.writeValueAsBytes(request), null);
        try (Response response =
                client.newCall(request(exchange, service, body)).execute()) {
            byte[] answer = response.body().bytes();
            JsonNode told = service.equals("dynamodb") ? JSON.readTree(answer) : JSON.createObjectNode();
            CapacityUnits units = CapacityUnits.of(operation, request, told);
            List<JsonNode> parts = AwsRequest.parts(request);
            for (JsonNode part : parts) {
                AwsCall call = AwsRequest.call(service, operation, part);
                recorded.add(new Recorded(call, AwsRequest.partition(part), units.dividedBy(parts.size())));
            }
            answer(exchange, response);
            exchange.sendResponseHeaders(response.code(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private void passQuery(HttpExchange exchange, String service) throws IOException {
        byte[] question = exchange.getRequestBody().readAllBytes();
        recorded.add(new Recorded(
                AwsRequest.ofQuery(service, new String(question, StandardCharsets.UTF_8)), "", CapacityUnits.NONE));
        try (Response response = client.newCall(request(exchange, service, RequestBody.create(question, null)))
                .execute()) {
            byte[] answer = response.body().bytes();
            answer(exchange, response);
            exchange.sendResponseHeaders(response.code(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private void passStream(HttpExchange exchange, String service) throws IOException {
        boolean hasBody = Set.of("PUT", "POST").contains(exchange.getRequestMethod());
        RequestBody body = hasBody ? new Streamed(exchange) : null;
        try (Response response =
                        client.newCall(request(exchange, service, body)).execute();
                InputStream answer = response.body().byteStream()) {
            answer(exchange, response);
            String length = response.header("Content-Length", "");
            if (exchange.getRequestMethod().equals("HEAD") || "0".equals(length) || response.code() == 204) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(length));
                exchange.sendResponseHeaders(response.code(), -1);
            } else {
                exchange.sendResponseHeaders(
                        response.code(), Math.max(0, response.body().contentLength()));
                answer.transferTo(exchange.getResponseBody());
            }
        }
    }

    private Request request(HttpExchange exchange, String service, @Nullable RequestBody body) {
        Request.Builder request = new Request.Builder()
                .url(services.get(service) + exchange.getRequestURI().toString())
                .method(exchange.getRequestMethod(), body);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.addHeader(name, value));
            }
        });
        if (!exchange.getRequestHeaders().containsKey("Accept-Encoding")) {
            // Without it OkHttp asks for gzip and undoes it.
            request.header("Accept-Encoding", "identity");
        }
        return request.build();
    }

    private static void answer(HttpExchange exchange, Response response) {
        response.headers().forEach(header -> {
            if (!OF_THE_CONNECTION.contains(header.getFirst().toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().add(header.getFirst(), header.getSecond());
            }
        });
    }

    /** The request's body as it arrives, of the length that the function announced. */
    private static final class Streamed extends RequestBody {
        private final HttpExchange exchange;

        Streamed(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public @Nullable MediaType contentType() {
            return null;
        }

        @Override
        public long contentLength() {
            String length = exchange.getRequestHeaders().getFirst("Content-Length");
            return length == null ? -1 : Long.parseLong(length);
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeAll(Okio.source(exchange.getRequestBody()));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
