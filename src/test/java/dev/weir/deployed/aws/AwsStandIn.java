package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.deployed.gateway.Functions;
import dev.weir.template.Template;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Secrets Manager's GetSecretValue and EventBridge's PutEvents, JSON 1.1. An event goes to the functions whose pattern in
 * template.yaml takes it, as often as their EventInvokeConfig says, and then to the dead letters with its error.
 *
 * <p>With a LocalStack, secrets and bus are LocalStack's: an event goes to its bus first. It can't run the functions, so what its bus
 * took is delivered from here all the same.
 *
 * <p>Source: EventBridge user guide, "Event patterns"; Lambda developer guide, "How Lambda handles errors and retries with
 * asynchronous invocation".
 */
public final class AwsStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An event that was given up, and why. */
    public record DeadLetter(String function, JsonNode event, String error) {}

    /** What of a bus goes to a function. */
    private record Rule(String name, String function, JsonNode pattern) {}

    private final Template template;
    private final List<Rule> rules;
    private final Optional<LocalStackApi> localStack;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();
    private volatile Functions functions = (name, event) -> FunctionResult.failed("no function yet");

    public AwsStandIn(Template template, Optional<LocalStackApi> localStack) throws IOException {
        this.template = template;
        this.rules = rules(template);
        this.localStack = localStack;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static List<Rule> rules(Template template) {
        List<Rule> rules = new ArrayList<>();
        for (String function : template.resourcesOfType("AWS::Serverless::Function")) {
            template.properties(function).path("Events").properties().forEach(source -> {
                JsonNode pattern = source.getValue().at("/Properties/Pattern");
                if (pattern.isObject()) {
                    rules.add(new Rule(source.getKey(), function, pattern));
                }
            });
        }
        return List.copyOf(rules);
    }

    public void deliverTo(Functions targets) {
        functions = targets;
    }

    /** Makes the secret or replaces what it holds; its ARN. */
    public String putSecret(String name, String value) throws IOException {
        if (localStack.isEmpty()) {
            String arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:" + name + "-AbCdEf";
            secrets.put(name, value);
            secrets.put(arn, value);
            return arn;
        }
        ObjectNode secret = JSON.createObjectNode()
                .put("SecretString", value)
                .put("ClientRequestToken", UUID.randomUUID().toString());
        JsonNode known = localStack
                .get()
                .ask("secretsmanager.ListSecrets", JSON.createObjectNode())
                .path("SecretList");
        for (JsonNode one : known) {
            if (one.path("Name").asText().equals(name)) {
                localStack.get().ask("secretsmanager.PutSecretValue", secret.put("SecretId", name));
                return one.path("ARN").asText();
            }
        }
        return localStack
                .get()
                .ask("secretsmanager.CreateSecret", secret.put("Name", name))
                .path("ARN")
                .asText();
    }

    /** LocalStack's bus gets an archive for each rule, which counts what the rule's pattern takes. */
    public void makeBus(String name) throws IOException {
        if (localStack.isEmpty() || hasBus(name)) {
            return;
        }
        JsonNode bus = localStack
                .get()
                .ask("AWSEvents.CreateEventBus", JSON.createObjectNode().put("Name", name));
        for (Rule rule : rules) {
            localStack
                    .get()
                    .ask(
                            "AWSEvents.CreateArchive",
                            JSON.createObjectNode()
                                    .put("ArchiveName", rule.name())
                                    .put(
                                            "EventSourceArn",
                                            bus.path("EventBusArn").asText())
                                    .put("EventPattern", rule.pattern().toString()));
        }
    }

    /** One LocalStack serves several stacks, one after the other. */
    private boolean hasBus(String name) throws IOException {
        JsonNode asked = JSON.createObjectNode().put("NamePrefix", name);
        return !localStack
                .orElseThrow()
                .ask("AWSEvents.ListEventBuses", asked)
                .path("EventBuses")
                .isEmpty();
    }

    /** How many events the pattern of a rule took, by LocalStack's reckoning if there is one. */
    public int taken(String rule) throws IOException {
        return localStack.isPresent()
                ? localStack
                        .get()
                        .ask(
                                "AWSEvents.DescribeArchive",
                                JSON.createObjectNode().put("ArchiveName", rule))
                        .path("EventCount")
                        .asInt()
                : taken.getOrDefault(rule, 0);
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
            publish(event);
        }
        return answer;
    }

    /** As if it had come by PutEvents. */
    public void publish(JsonNode event) {
        events.add(event);
        for (Rule rule : rules) {
            if (takes(rule.pattern(), event)) {
                taken.merge(rule.name(), 1, Integer::sum);
                threads.execute(() -> invoke(rule.function(), event));
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
