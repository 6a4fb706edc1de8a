package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.template.Template;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The HTTP API of template.yaml on loopback: only its routes are answered, header names become lower-case and several values of one
 * name one, and a body of a type that isn't text is base64.
 *
 * <p>Source: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
public final class HttpApiEmulator implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 10 * 1024 * 1024;
    private static final int MAX_LAMBDA_BYTES = 6 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Functions functions;
    /** {@code POST /ecr} → the logical id of a function. */
    private final Map<String, String> routes = new HashMap<>();

    public HttpApiEmulator(Template template, Functions functions) throws IOException {
        this.functions = functions;
        for (String id : template.resourcesOfType("AWS::ApiGatewayV2::Route")) {
            JsonNode route = template.properties(id);
            String integration = route.path("Target").asText().replaceAll("integrations/<(\\w+)>", "$1");
            routes.put(
                    route.path("RouteKey").asText(),
                    Functions.idIn(template.properties(integration)
                            .path("IntegrationUri")
                            .asText()));
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
            String function = routes.get(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
            if (function == null) {
                send(exchange, 404, Map.of(), "{\"message\":\"Not Found\"}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            byte[] event = event(exchange, body);
            FunctionResult result = body.length > MAX_REQUEST_BYTES || event.length > MAX_LAMBDA_BYTES
                    ? FunctionResult.failed("Request Too Long")
                    : functions.invoke(function, event);
            if (result.error().isPresent()) {
                send(
                        exchange,
                        500,
                        Map.of(),
                        "{\"message\":\"Internal Server Error\"}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            answer(exchange, JSON.readTree(result.payload()));
        }
    }

    private static byte[] event(HttpExchange exchange, byte[] body) {
        URI uri = exchange.getRequestURI();
        ObjectNode event = JSON.createObjectNode()
                .put("version", "2.0")
                .put("routeKey", exchange.getRequestMethod() + " " + uri.getRawPath())
                .put("rawPath", uri.getRawPath())
                .put("rawQueryString", Optional.ofNullable(uri.getRawQuery()).orElse(""));
        ObjectNode headers = event.putObject("headers");
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        headers.put("x-forwarded-proto", "https").put("x-amzn-trace-id", "Root=1-67412f3a-0b1c2d3e4f5061728394a5b6");
        ObjectNode context = event.putObject("requestContext")
                .put("accountId", "111122223333")
                .put("stage", "$default")
                .put("requestId", UUID.randomUUID().toString());
        context.putObject("http")
                .put("method", exchange.getRequestMethod())
                .put("path", uri.getPath())
                .put("sourceIp", exchange.getRemoteAddress().getAddress().getHostAddress());
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        boolean text = type.startsWith("text/") || type.startsWith("application/json");
        event.put(
                "body",
                text
                        ? new String(body, StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(body));
        event.put("isBase64Encoded", !text);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, JsonNode answer) throws IOException {
        Map<String, String> headers = new HashMap<>();
        answer.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        String body = answer.path("body").asText("");
        send(
                exchange,
                answer.path("statusCode").asInt(),
                headers,
                answer.path("isBase64Encoded").asBoolean()
                        ? Base64.getDecoder().decode(body)
                        : body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
