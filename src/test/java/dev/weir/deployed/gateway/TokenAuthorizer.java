package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.template.Template;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The TOKEN authorizer: a header that doesn't match the expression is refused without a call, an answer is kept by token,
 * "Unauthorized" is 401, any other error 500, a policy that doesn't allow the method 403.
 *
 * <p>Source: API Gateway developer guide, "Use API Gateway Lambda authorizers", "Output from an API Gateway Lambda
 * authorizer".
 */
final class TokenAuthorizer {
    private record Kept(JsonNode policy, Instant until) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode settings;
    private final Functions functions;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    TokenAuthorizer(Template template, Functions functions) {
        this.settings = template.properties("Api")
                .at("/DefinitionBody/securityDefinitions/users/x-amazon-apigateway-authorizer");
        this.functions = functions;
    }

    /** The gateway response that refuses the request; empty when it may go on. */
    Optional<String> refusal(@Nullable String authorization, String methodArn) {
        if (authorization == null
                || !authorization.matches(
                        settings.path("identityValidationExpression").asText())) {
            return Optional.of("UNAUTHORIZED");
        }
        Kept known = kept.get(authorization);
        if (known != null && Instant.now().isBefore(known.until())) {
            return refusal(known.policy(), methodArn);
        }
        byte[] event = JSON.createObjectNode()
                .put("type", "TOKEN")
                .put("authorizationToken", authorization)
                .put("methodArn", methodArn)
                .toString()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        FunctionResult result =
                functions.invoke(Functions.named(settings.path("authorizerUri").asText()), event);
        if (result.error().isPresent()) {
            boolean refused = result.error().get().equals("Unauthorized");
            return Optional.of(refused ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE");
        }
        try {
            JsonNode policy = JSON.readTree(result.payload());
            Duration ttl = Duration.ofSeconds(
                    settings.path("authorizerResultTtlInSeconds").asLong());
            kept.put(authorization, new Kept(policy, Instant.now().plus(ttl)));
            return refusal(policy, methodArn);
        } catch (IOException e) {
            return Optional.of("AUTHORIZER_FAILURE");
        }
    }

    private static Optional<String> refusal(JsonNode answer, String methodArn) {
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
