package dev.weir.gateway;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Secrets Manager's GetSecretValue and EventBridge's PutEvents, JSON 1.1. An event goes to the functions whose pattern in
 * template.yaml takes it, as often as their EventInvokeConfig says, and then to the dead letters with its error.
 *
 * <p>Source: EventBridge user guide, "Event patterns"; Lambda developer guide, "How Lambda handles errors and retries with
 * asynchronous invocation".
 */
public final class AwsStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An event that was given up, and why. */
    public record DeadLetter(String function, JsonNode event, String error) {}

    private final Template template;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();
    private volatile Functions functions = (name, event) -> FunctionResult.failed("no function yet");

    AwsStandIn(Template template) throws IOException {
        this.template = template;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void deliverTo(Functions targets) {
        functions = targets;
    }

    void putSecret(String name, String value) {
        secrets.put(name, value);
    }

    public List<JsonNode> events() {
        return events;
    }

    public List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            ObjectNode answer = target.endsWith("PutEvents") ? put(request) : secret(request);
            byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.has("__type") ? 400 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private ObjectNode secret(JsonNode request) {
        String name = request.path("SecretId").asText();
        String value = secrets.get(name);
        return value == null
                ? JSON.createObjectNode()
                        .put("__type", "ResourceNotFoundException")
                        .put("message", "Secrets Manager can't find the specified secret.")
                : JSON.createObjectNode().put("Name", name).put("SecretString", value);
    }

    private ObjectNode put(JsonNode request) throws IOException {
        ObjectNode answer = JSON.createObjectNode().put("FailedEntryCount", 0);
        for (JsonNode entry : request.path("Entries")) {
            ObjectNode event = JSON.createObjectNode();
            event.put("detail-type", entry.path("DetailType").asText());
            event.put("source", entry.path("Source").asText());
            event.set("detail", JSON.readTree(entry.path("Detail").asText()));
            answer.withArray("Entries").addObject().put("EventId", "1");
            publish(event);
        }
        return answer;
    }

    /** As if it had come by PutEvents. */
    void publish(JsonNode event) {
        events.add(event);
        for (String function : template.resourcesOfType("AWS::Serverless::Function")) {
            for (JsonNode source : template.properties(function).path("Events")) {
                JsonNode pattern = source.at("/Properties/Pattern");
                if (pattern.isObject() && takes(pattern, event)) {
                    threads.execute(() -> invoke(function, event));
                }
            }
        }
    }

    private static boolean takes(JsonNode pattern, JsonNode event) {
        return pattern.properties().stream().allMatch(field -> {
            for (JsonNode value : field.getValue()) {
                if (value.equals(event.path(field.getKey()))) {
                    return true;
                }
            }
            return false;
        });
    }

    private void invoke(String function, JsonNode event) {
        int retries = template.properties(function)
                .at("/EventInvokeConfig/MaximumRetryAttempts")
                .asInt(2);
        String error = "";
        for (int attempt = 0; attempt <= retries; attempt++) {
            FunctionResult result = functions.invoke(function, event.toString().getBytes(StandardCharsets.UTF_8));
            if (result.error().isEmpty()) {
                return;
            }
            error = result.error().get();
        }
        deadLetters.add(new DeadLetter(function, event, error));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
