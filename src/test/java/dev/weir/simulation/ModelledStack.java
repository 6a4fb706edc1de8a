package dev.weir.simulation;

import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.deployed.gateway.Integrations;
import dev.weir.local.LaptopStores;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import dev.weir.template.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The stack of template.yaml: throttle and paths of the gateway, and the functions with their reserved concurrency. A request that
 * the gateway can't hand to a function gets the gateway's answer, as the template says.
 */
final class ModelledStack implements AutoCloseable {
    private static final Duration WAY = Duration.ofMillis(5);
    private static final Duration EXECUTION = Duration.ofMillis(15);
    private static final Duration GATEWAY_TIMEOUT = Duration.ofSeconds(29);
    /** Settings.patience, when the template says nothing else. */
    private static final String USUAL_PATIENCE = "PT1S";

    final ModelledUpstream upstream;
    final FillQueue fills;
    final CountedReads table;

    private final VirtualTime time;
    private final Template template;
    private final LaptopStores stores;
    private final Integrations integrations;
    private final UnaryOperator<String> takenOver;
    private final TokenBucket throttle;
    private final Map<String, Executions> executions = new HashMap<>();
    private final Map<String, RegistryHandler> handlers = new HashMap<>();
    /** What the gateway answers itself. */
    private final Map<String, Answer> answers = new HashMap<>();

    /** @param takenOver the function that really answers in place of the template's, by their logical ids */
    ModelledStack(VirtualTime time, Template template, Path folder, UnaryOperator<String> takenOver) {
        this.time = time;
        this.template = template;
        this.takenOver = takenOver;
        this.integrations = new Integrations(template);
        this.upstream = new ModelledUpstream(time);
        this.stores = new LaptopStores(folder, time);
        this.table = new CountedReads(stores.table(), time);
        this.throttle =
                new TokenBucket(time, number("Api", "ThrottlingRateLimit"), number("Api", "ThrottlingBurstLimit"));
        List.of("RegistryFunction", "WaitFunction", "FillFunction")
                .forEach(id -> executions.put(id, new Executions(time, reserved(id))));
        this.fills = new FillQueue(time, executions("FillFunction"));
        this.fills.deliverTo(assembly("FillFunction").fillRequests());
        for (String id : List.of("RegistryFunction", "WaitFunction")) {
            handlers.put(id, assembly(id).registry());
        }
    }

    private int number(String logicalId, String setting) {
        return template.properties(logicalId).at("/MethodSettings/0/" + setting).asInt();
    }

    private int reserved(String logicalId) {
        return template.properties(logicalId)
                .path("ReservedConcurrentExecutions")
                .asInt();
    }

    Executions executions(String logicalId) {
        Executions found = executions.get(logicalId);
        if (found == null) {
            throw new IllegalArgumentException("the model has no function " + logicalId);
        }
        return found;
    }

    /** A process of the function, with what the template tells it. */
    private Assembly assembly(String logicalId) {
        Map<String, String> told = template.environment(logicalId);
        RuleSet rules = RuleSet.of(PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse("registry.example.com", InsecureUpstreams.NONE)));
        String waits = takenOver.apply("WaitFunction").equals(logicalId) ? "WaitFunction" : logicalId;
        String patience = template.environment(waits).getOrDefault("WEIR_PATIENCE", USUAL_PATIENCE);
        return new Assembly(
                new Adapters(() -> rules, table, stores.contents(), upstream, fills),
                Options.of(Front.REPLACES_CONTENT_LENGTH, Duration.parse(patience))
                        .withInlineFillBytes(ModelledUpstream.INLINE_BYTES)
                        .withMaxPrefetched(Integer.parseInt(told.getOrDefault("WEIR_MAX_PREFETCHED", "128")))
                        .withTime(time, time::sleep));
    }

    private RegistryHandler handler(String logicalId) {
        return Objects.requireNonNull(handlers.get(logicalId), logicalId + " answers no requests");
    }

    /** An answer, with the way to the gateway and back. */
    record Answer(int status, String location) {}

    /** @param url from {@code /v2} on */
    Answer get(String url) {
        time.sleep(WAY);
        String[] parts = url.split("\\?wait=", 2);
        if (!throttle.take()) {
            return gateway("THROTTLED");
        }
        String function = takenOver.apply(integrations.function(parts[0].substring("/v2".length())));
        Executions here = executions(function);
        if (!here.begin()) {
            return gateway("INTEGRATION_FAILURE");
        }
        Duration begun = time.sinceTheBegin();
        try {
            time.sleep(EXECUTION);
            RegistryResponse answer = handler(function)
                    .handle(new RegistryRequest(
                            "GET",
                            parts[0],
                            parts.length > 1 ? Map.of("wait", List.of(parts[1])) : Map.of(),
                            Map.of(),
                            "request-1"));
            boolean late = time.sinceTheBegin().minus(begun).compareTo(GATEWAY_TIMEOUT) > 0;
            return late
                    ? gateway("INTEGRATION_TIMEOUT")
                    : new Answer(answer.status(), answer.headers().getOrDefault("Location", ""));
        } finally {
            here.end();
        }
    }

    private Answer gateway(String type) {
        return answers.computeIfAbsent(type, name -> {
            String status = "/GatewayResponses/" + name + "/StatusCode";
            return new Answer(template.properties("Api").at(status).asInt(), "");
        });
    }

    @Override
    public void close() {
        stores.close();
    }
}
