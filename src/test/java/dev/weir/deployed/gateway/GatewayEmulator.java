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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A REST API of API Gateway on loopback, set up from template.yaml; it changes requests and responses as API Gateway does. */
public final class GatewayEmulator implements AutoCloseable {
    /** "Amazon API Gateway quotas", payload size. */
    private static final int MAX_REQUEST_BYTES = 10 * 1024 * 1024;

    /** "Lambda quotas", invocation payload, request and response. */
    private static final int MAX_LAMBDA_BYTES = 6 * 1024 * 1024;

    /** "Amazon API Gateway important notes": headers of an integration's response that get another name. */
    private static final Set<String> REMAPPED = Set.of(
            "authorization",
            "connection",
            "content-md5",
            "date",
            "host",
            "max-forwards",
            "proxy-authenticate",
            "server",
            "trailer",
            "transfer-encoding",
            "user-agent",
            "www-authenticate");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Functions functions;
    private final RequestAuthorizer authorizer;
    private final GatewayResponses responses;
    private final String stage;
    private final Integrations integrations;
    private final Duration timeout;

    /** @param timeout 29 s in AWS ("Amazon API Gateway quotas": integration timeout) */
    public GatewayEmulator(Template template, int port, Functions functions, Duration timeout) throws IOException {
        JsonNode api = template.properties("Api");
        this.functions = functions;
        this.timeout = timeout;
        this.stage = "/" + api.path("StageName").asText();
        this.responses = new GatewayResponses(api.path("GatewayResponses"));
        this.authorizer = new RequestAuthorizer(template, functions);
        this.integrations = new Integrations(template);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String requestId = UUID.randomUUID().toString();
            GatewayResponse answer = answer(exchange, requestId);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
            // "Amazon API Gateway important notes": Content-Length is made from the body, HEAD's too.
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.body().length));
            boolean bodiless = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
            exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
            if (!bodiless) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private GatewayResponse answer(HttpExchange exchange, String requestId) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        byte[] body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
        if (body.length > MAX_REQUEST_BYTES) {
            exchange.getRequestBody().readAllBytes();
            return responses.of("REQUEST_TOO_LARGE", requestId);
        }
        if (!path.equals(stage) && !path.startsWith(stage + "/")) {
            return responses.of("ACCESS_DENIED", requestId);
        }
        String methodArn = "arn:aws:execute-api:us-east-1:111122223333:" + ProxyEvent.API_ID + stage + "/"
                + exchange.getRequestMethod() + path.substring(stage.length());
        String inStage = path.length() <= stage.length() + 1 ? "/" : path.substring(stage.length());
        ObjectNode request =
                ProxyEvent.of(exchange, body, stage.substring(1), integrations.resource(inStage), requestId);
        RequestAuthorizer.Decision decision = authorizer.decide(request, methodArn);
        if (decision.denial().isPresent()) {
            return responses.of(decision.denial().get(), requestId);
        }
        byte[] event = ProxyEvent.authorized(request, decision.context());
        return event.length > MAX_LAMBDA_BYTES
                ? responses.of("REQUEST_TOO_LARGE", requestId)
                : invoke(integrations.function(inStage), event, requestId);
    }

    private GatewayResponse invoke(String function, byte[] event, String requestId) {
        FunctionResult result;
        try {
            result = CompletableFuture.supplyAsync(() -> functions.invoke(function, event), threads)
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return responses.of("INTEGRATION_TIMEOUT", requestId);
        } catch (Exception e) {
            return responses.of("INTEGRATION_FAILURE", requestId);
        }
        if (result.error().isPresent() || result.payload().length > MAX_LAMBDA_BYTES) {
            return responses.of("INTEGRATION_FAILURE", requestId);
        }
        return fromFunction(result.payload(), requestId);
    }

    /** "Lambda proxy integrations in API Gateway", output format: any other payload is a malformed response. */
    private GatewayResponse fromFunction(byte[] payload, String requestId) {
        try {
            JsonNode answer = JSON.readTree(payload);
            if (!answer.path("statusCode").isInt()) {
                return responses.of("INTEGRATION_FAILURE", requestId);
            }
            Map<String, String> headers = new TreeMap<>();
            answer.path("headers")
                    .properties()
                    .forEach(header -> headers.put(
                            remapped(header.getKey()), header.getValue().asText()));
            String body = answer.path("body").asText("");
            byte[] bytes = answer.path("isBase64Encoded").asBoolean()
                    ? Base64.getDecoder().decode(body)
                    : body.getBytes(StandardCharsets.UTF_8);
            return new GatewayResponse(answer.path("statusCode").asInt(), headers, bytes);
        } catch (IOException | IllegalArgumentException e) {
            return responses.of("INTEGRATION_FAILURE", requestId);
        }
    }

    private static String remapped(String header) {
        return REMAPPED.contains(header.toLowerCase(Locale.ROOT)) ? "x-amzn-Remapped-" + header : header;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
