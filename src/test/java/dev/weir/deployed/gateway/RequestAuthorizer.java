package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Emulates a REQUEST authorizer. A request without the identity sources is denied without a call of the function; the function's answer
 * is cached by their values; its error "Unauthorized" becomes 401, any other error 500, a policy that doesn't allow the method 403.
 *
 * <p>Source: API Gateway developer guide, "Use API Gateway Lambda authorizers", "Input to an API Gateway Lambda authorizer", "Output
 * from an API Gateway Lambda authorizer".
 */
final class RequestAuthorizer {
    /**
     * What the gateway does next.
     *
     * @param denial the type of the gateway response that denies the request
     * @param context what the integration finds in {@code requestContext.authorizer}
     */
    record Decision(Optional<String> denial, Map<String, String> context) {
        static Decision deny(String type) {
            return new Decision(Optional.of(type), Map.of());
        }
    }

    private record CachedAnswer(JsonNode answer, Instant until) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = "method.request.header.";

    private final JsonNode settings;
    private final Functions functions;
    private final Map<List<String>, CachedAnswer> answers = new ConcurrentHashMap<>();

    RequestAuthorizer(Template template, Functions functions) {
        this.settings = template.properties("Api")
                .at("/DefinitionBody/securityDefinitions/users/x-amazon-apigateway-authorizer");
        this.functions = functions;
    }

    /** @param event the request as the integration would get it */
    Decision decide(ObjectNode event, String methodArn) {
        List<String> identity = new ArrayList<>();
        for (String source : settings.path("identitySource").asText().split(", *", -1)) {
            Optional<String> value = value(source, event);
            if (value.isEmpty()) {
                return Decision.deny("UNAUTHORIZED");
            }
            identity.add(value.get());
        }
        CachedAnswer known = answers.get(identity);
        if (known != null && Instant.now().isBefore(known.until())) {
            return decision(known.answer(), methodArn);
        }
        ObjectNode asked = event.deepCopy();
        asked.remove(List.of("body", "isBase64Encoded"));
        asked.put("type", "REQUEST").put("methodArn", methodArn);
        FunctionResult result = functions.invoke(
                Functions.idIn(settings.path("authorizerUri").asText()),
                asked.toString().getBytes(StandardCharsets.UTF_8));
        if (result.error().isPresent()) {
            return Decision.deny(result.error().get().equals("Unauthorized") ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE");
        }
        try {
            JsonNode answer = JSON.readTree(result.payload());
            Duration ttl = Duration.ofSeconds(
                    settings.path("authorizerResultTtlInSeconds").asLong());
            answers.put(identity, new CachedAnswer(answer, Instant.now().plus(ttl)));
            return decision(answer, methodArn);
        } catch (IOException e) {
            return Decision.deny("AUTHORIZER_FAILURE");
        }
    }

    private static Optional<String> value(String source, ObjectNode event) {
        if (source.equals("context.identity.sourceIp")) {
            return Optional.of(event.at("/requestContext/identity/sourceIp").asText());
        }
        if (!source.startsWith(HEADER)) {
            throw new IllegalArgumentException("identity source '" + source + "' is not emulated");
        }
        String name = source.substring(HEADER.length());
        return event.path("headers").properties().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().asText())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static Decision decision(JsonNode answer, String methodArn) {
        Optional<String> denial = denial(answer, methodArn);
        if (denial.isPresent()) {
            return new Decision(denial, Map.of());
        }
        Map<String, String> context = new TreeMap<>();
        // Only strings, numbers and booleans are handed on.
        answer.path("context")
                .properties()
                .forEach(one -> context.put(one.getKey(), one.getValue().asText()));
        context.put("principalId", answer.path("principalId").asText());
        return new Decision(Optional.empty(), context);
    }

    private static Optional<String> denial(JsonNode answer, String methodArn) {
        if (answer.path("principalId").asText().isEmpty()) {
            return Optional.of("AUTHORIZER_FAILURE");
        }
        for (JsonNode statement : answer.at("/policyDocument/Statement")) {
            String resource = statement.path("Resource").asText().replace("*", "\\E.*\\Q");
            if (statement.path("Effect").asText().equals("Allow")
                    && statement.path("Action").asText().equals("execute-api:Invoke")
                    && methodArn.matches("\\Q" + resource + "\\E")) {
                return Optional.empty();
            }
        }
        return Optional.of("ACCESS_DENIED");
    }
}
