package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in the form that the function gets. The stage is cut from {@code path} and kept in {@code requestContext.path}; of
 * several values of one name the single-value map has the last and {@code multiValue…} has all; the body is base64, because
 * template.yaml makes every media type binary.
 *
 * <p>Source: API Gateway developer guide, "Lambda proxy integrations in API Gateway", input format; "Binary media types".
 */
final class ProxyEvent {
    static final String API_ID = "a1b2c3d4e5";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ProxyEvent() {}

    static ObjectNode of(HttpExchange exchange, byte[] body, String stage, String resource, String requestId) {
        String whole = exchange.getRequestURI().getRawPath();
        String path = whole.substring(stage.length() + 1);
        ObjectNode event = JSON.createObjectNode();
        event.put("resource", resource);
        event.put("path", path.isEmpty() ? "/" : path);
        event.put("httpMethod", exchange.getRequestMethod());
        Map<String, List<String>> headers = new LinkedHashMap<>(exchange.getRequestHeaders());
        headers.computeIfPresent("Authorization", (name, values) -> isSignature(values) ? null : values);
        values(event, "headers", "multiValueHeaders", headers);
        values(
                event,
                "queryStringParameters",
                "multiValueQueryStringParameters",
                query(exchange.getRequestURI().getRawQuery()));
        if (path.length() > 1) {
            event.putObject("pathParameters").put("proxy", path.substring(resource.lastIndexOf('/') + 1));
        }
        event.putObject("requestContext")
                .put("stage", stage)
                .put("path", whole)
                .put("httpMethod", exchange.getRequestMethod())
                .put("requestId", requestId)
                .put("apiId", API_ID)
                .put("domainName", API_ID + ".execute-api.us-east-1.amazonaws.com")
                .putObject("identity")
                .put("sourceIp", exchange.getRemoteAddress().getAddress().getHostAddress());
        event.put("isBase64Encoded", body.length > 0);
        event.put("body", body.length > 0 ? Base64.getEncoder().encodeToString(body) : null);
        return event;
    }

    /** Adds what the authorizer has answered. */
    static byte[] authorized(ObjectNode event, Map<String, String> context) {
        ObjectNode authorizer = ((ObjectNode) event.path("requestContext")).putObject("authorizer");
        context.forEach(authorizer::put);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** "Amazon API Gateway important notes": dropped if it contains a Signature Version 4 signature. */
    private static boolean isSignature(List<String> authorization) {
        return authorization.stream().anyMatch(value -> value.startsWith("AWS4-"));
    }

    private static void values(ObjectNode event, String one, String all, Map<String, List<String>> values) {
        if (values.isEmpty()) {
            event.putNull(one);
            event.putNull(all);
            return;
        }
        ObjectNode last = event.putObject(one);
        ObjectNode every = event.putObject(all);
        values.forEach((name, list) -> {
            last.put(name, list.get(list.size() - 1));
            ArrayNode array = every.putArray(name);
            list.forEach(array::add);
        });
    }

    private static Map<String, List<String>> query(@Nullable String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return values;
        }
        for (String pair : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            values.computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                    .add(parts.length > 1 ? decoded(parts[1]) : "");
        }
        return values;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
