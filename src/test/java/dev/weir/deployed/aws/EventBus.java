package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.deployed.gateway.Functions;
import dev.weir.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The event bus of template.yaml. It delivers an event to each function whose pattern matches, as often as the function's
 * EventInvokeConfig allows, and then puts it among the dead letters with the function's error.
 *
 * <p>Source: EventBridge user guide, "Event patterns"; Lambda developer guide, "How Lambda handles errors and retries with
 * asynchronous invocation".
 */
public final class EventBus implements AutoCloseable {
    /** An event whose every delivery failed, and the error of the last. */
    public record DeadLetter(String function, JsonNode event, String error) {}

    /** A pattern of template.yaml and the function that gets the events that match it. */
    record Rule(String name, String function, JsonNode pattern) {}

    private final Template template;
    private final List<Rule> rules;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> matched = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();
    private volatile Functions functions = (name, event) -> FunctionResult.failed("no function is deployed yet");

    EventBus(Template template) {
        this.template = template;
        this.rules = rules(template);
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

    List<Rule> rules() {
        return rules;
    }

    /** Delivers from now on to these functions. */
    public void deliverTo(Functions targets) {
        functions = targets;
    }

    /** Takes an event as if it had come by PutEvents. */
    public void publish(JsonNode event) {
        events.add(event);
        for (Rule rule : rules) {
            if (matches(rule.pattern(), event)) {
                matched.merge(rule.name(), 1, Integer::sum);
                threads.execute(() -> deliver(rule.function(), event));
            }
        }
    }

    /** All events so far. */
    public List<JsonNode> events() {
        return events;
    }

    /** How many events the pattern of the rule matched. */
    int matched(String rule) {
        return matched.getOrDefault(rule, 0);
    }

    public List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    private static boolean matches(JsonNode pattern, JsonNode event) {
        return pattern.properties().stream().allMatch(field -> {
            for (JsonNode value : field.getValue()) {
                if (value.equals(event.path(field.getKey()))) {
                    return true;
                }
            }
            return false;
        });
    }

    private void deliver(String function, JsonNode event) {
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
        threads.shutdownNow();
    }
}
