package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The responses that the gateway makes itself, as template.yaml's GatewayResponses say.
 *
 * <p>Source: API Gateway developer guide, "Gateway response types for API Gateway" (default statuses), "Set up gateway
 * response customization".
 */
final class GatewayResponses {
    private static final Map<String, Integer> DEFAULT_STATUS = Map.of(
            "UNAUTHORIZED", 401,
            "ACCESS_DENIED", 403,
            "REQUEST_TOO_LARGE", 413,
            "THROTTLED", 429,
            "AUTHORIZER_FAILURE", 500,
            "INTEGRATION_FAILURE", 504,
            "INTEGRATION_TIMEOUT", 504);

    private final JsonNode responses;

    GatewayResponses(JsonNode responses) {
        this.responses = responses;
    }

    /** @param type the gateway response type, {@code UNAUTHORIZED} */
    GatewayResponse of(String type, String requestId) {
        int usual = DEFAULT_STATUS.getOrDefault(type, 502);
        String fallback = usual < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
        JsonNode own = responses.has(type) ? responses.path(type) : responses.path(fallback);
        Map<String, String> headers = new TreeMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("x-amzn-ErrorType", type);
        own.at("/ResponseParameters/Headers")
                .properties()
                .forEach(header ->
                        headers.put(header.getKey(), header.getValue().asText().replaceAll("^'|'$", "")));
        String body = own.path("ResponseTemplates")
                .path("application/json")
                .asText()
                .replace("$context.requestId", requestId);
        return new GatewayResponse(own.path("StatusCode").asInt(usual), headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
