package dev.weir.deployed.aws;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Secrets Manager's GetSecretValue and EventBridge's PutEvents, JSON 1.1, on loopback.
 *
 * <p>With a LocalStack, secrets and bus are LocalStack's, and an event goes to its bus first. LocalStack can't run the functions, so
 * the events that its bus has accepted are delivered from here all the same.
 */
public final class AwsStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EventBus bus;
    private final Optional<LocalStackApi> localStack;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();

    public AwsStandIn(Template template, Optional<LocalStackApi> localStack) throws IOException {
        this.bus = new EventBus(template);
        this.localStack = localStack;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public EventBus bus() {
        return bus;
    }

    /** Makes LocalStack's bus, if there is a LocalStack. */
    public void makeBus(String name) throws IOException {
        if (localStack.isPresent()) {
            localStack.get().makeBus(name, bus.rules());
        }
    }

    /** Makes the secret or replaces its value; returns its ARN. */
    public String putSecret(String name, String value) throws IOException {
        if (localStack.isPresent()) {
            return localStack.get().putSecret(name, value);
        }
        String arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:" + name + "-AbCdEf";
        secrets.put(name, value);
        secrets.put(arn, value);
        return arn;
    }

    /** How many events the pattern of a rule matched, by LocalStack's count if there is one. */
    public int matched(String rule) throws IOException {
        return localStack.isPresent() ? localStack.get().archived(rule) : bus.matched(rule);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            ObjectNode answer = target.endsWith("PutEvents") ? putEvents(request) : getSecretValue(request);
            byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.has("__type") ? 400 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private ObjectNode getSecretValue(JsonNode request) {
        String name = request.path("SecretId").asText();
        String value = secrets.get(name);
        return value == null
                ? JSON.createObjectNode()
                        .put("__type", "ResourceNotFoundException")
                        .put("message", "Secrets Manager can't find the specified secret.")
                : JSON.createObjectNode().put("Name", name).put("SecretString", value);
    }

    private ObjectNode putEvents(JsonNode request) throws IOException {
        if (localStack.isPresent()) {
            JsonNode answer = localStack.get().ask("AWSEvents.PutEvents", request);
            if (answer.path("FailedEntryCount").asInt() > 0) {
                return (ObjectNode) answer;
            }
        }
        ObjectNode answer = JSON.createObjectNode().put("FailedEntryCount", 0);
        for (JsonNode entry : request.path("Entries")) {
            ObjectNode event = JSON.createObjectNode();
            event.put("detail-type", entry.path("DetailType").asText());
            event.put("source", entry.path("Source").asText());
            event.set("detail", JSON.readTree(entry.path("Detail").asText()));
            answer.withArray("Entries").addObject().put("EventId", "1");
            bus.publish(event);
        }
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        bus.close();
    }
}
