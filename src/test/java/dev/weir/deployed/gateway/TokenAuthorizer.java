package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Emulates a TOKEN authorizer. A header that doesn't match the validation expression is denied without a call of the function; the
 * function's policy is cached by token; its error "Unauthorized" becomes 401, any other error 500, a policy that doesn't allow the
 * method 403.
 *
 * <p>Source: API Gateway developer guide, "Use API Gateway Lambda authorizers", "Output from an API Gateway Lambda
 * authorizer".
 */
final class TokenAuthorizer {
    private record CachedPolicy(JsonNode policy, Instant until) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode settings;
    private final Functions functions;
    private final Map<String, CachedPolicy> policies = new ConcurrentHashMap<>();

    TokenAuthorizer(Template template, Functions functions) {
        this.settings = template.properties("Api")
                .at("/DefinitionBody/securityDefinitions/users/x-amazon-apigateway-authorizer");
        this.functions = functions;
    }

    /** The type of the gateway response that denies the request; empty if the request is allowed. */
    Optional<String> denial(@Nullable String authorization, String methodArn) {
        if (authorization == null
                || !authorization.matches(
                        settings.path("identityValidationExpression").asText())) {
            return Optional.of("UNAUTHORIZED");
        }
        CachedPolicy known = policies.get(authorization);
        if (known != null && Instant.now().isBefore(known.until())) {
            return denial(known.policy(), methodArn);
        }
        byte[] event = JSON.createObjectNode()
                .put("type", "TOKEN")
                .put("authorizationToken", authorization)
                .put("methodArn", methodArn)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        FunctionResult result =
                functions.invoke(Functions.idIn(settings.path("authorizerUri").asText()), event);
        if (result.error().isPresent()) {
            boolean denied = result.error().get().equals("Unauthorized");
            return Optional.of(denied ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE");
        }
        try {
            JsonNode policy = JSON.readTree(result.payload());
            Duration ttl = Duration.ofSeconds(
                    settings.path("authorizerResultTtlInSeconds").asLong());
            policies.put(authorization, new CachedPolicy(policy, Instant.now().plus(ttl)));
            return denial(policy, methodArn);
        } catch (IOException e) {
            return Optional.of("AUTHORIZER_FAILURE");
        }
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
