package dev.weir.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Principal;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the authorizer tells the function behind the gateway. The gateway hands on strings only, so the condition keys are one JSON
 * text.
 *
 * <p>Shape: {@code principalId}, {@code keys} {@code {"aws:PrincipalAccount":["111122223333"]}}; or, for a caller who is not looked at
 * for a while, {@code limitedSeconds} and no principal. The gateway itself can't answer 429 for an authorizer (a gateway response has
 * one status, and that of ACCESS_DENIED is also the resource policy's), so the function does.
 *
 * <p>Source: API Gateway developer guide, "Output from an API Gateway Lambda authorizer".
 */
final class AuthorizerContext {
    /** The principal of an answer that names nobody. */
    static final String NOBODY = "weir:limited";

    private static final String PRINCIPAL = "principalId";
    private static final String KEYS = "keys";
    private static final String LIMITED = "limitedSeconds";
    private static final ObjectMapper JSON = new ObjectMapper();

    private AuthorizerContext() {}

    static Map<String, String> of(Principal principal) {
        ObjectNode keys = JSON.createObjectNode();
        principal.keys().forEach((key, values) -> {
            ArrayNode array = keys.putArray(key);
            values.forEach(array::add);
        });
        return Map.of(KEYS, keys.toString());
    }

    static Map<String, String> limited(Duration retryAfter) {
        return Map.of(LIMITED, Long.toString(retryAfter.toSeconds()));
    }

    /**
     * Who calls; anonymous where the stage has no authorizer.
     *
     * @throws RegistryException 429 when the caller's logins are limited, 401 when the authorizer has named nobody
     */
    static Principal principal(@Nullable Map<String, Object> authorizer) {
        if (authorizer == null || !authorizer.containsKey(PRINCIPAL)) {
            return Principal.ANONYMOUS;
        }
        text(authorizer, LIMITED).ifPresent(seconds -> {
            throw tooManyFailedLogins(Duration.ofSeconds(Long.parseLong(seconds)));
        });
        String name = text(authorizer, PRINCIPAL)
                .filter(found -> !found.equals(NOBODY))
                .orElseThrow(() -> new RegistryException(ErrorCode.UNAUTHORIZED, "the authorizer named nobody"));
        return new Principal(
                name, text(authorizer, KEYS).map(AuthorizerContext::keys).orElse(Map.of()));
    }

    private static Optional<String> text(Map<String, Object> authorizer, String name) {
        return authorizer.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    private static RegistryException tooManyFailedLogins(Duration retryAfter) {
        return new RegistryException(
                ErrorCode.TOOMANYREQUESTS,
                "too many failed logins from this address or with this name: wait, then log in with the right password",
                Optional.of(retryAfter),
                null);
    }

    private static Map<String, List<String>> keys(String text) {
        try {
            Map<String, List<String>> keys = new TreeMap<>();
            for (Map.Entry<String, JsonNode> key : JSON.readTree(text).properties()) {
                List<String> values = new ArrayList<>();
                key.getValue().forEach(value -> values.add(value.asText()));
                keys.put(key.getKey(), values);
            }
            return keys;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the authorizer's keys are not JSON", e);
        }
    }
}
