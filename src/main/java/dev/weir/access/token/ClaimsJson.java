package dev.weir.access.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Principal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Claims as the JSON inside a token.
 *
 * <p>Shape: {@code {"kind":"PASSWORD","sub":"weir:user/alice","iat":1764064800,"exp":1764108000,"keys":{"oidc:sub":["a"]}}}; times
 * in epoch seconds.
 */
final class ClaimsJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClaimsJson() {}

    static byte[] write(TokenClaims claims) {
        ObjectNode node = JSON.createObjectNode()
                .put("kind", claims.kind().name())
                .put("sub", claims.principal().name())
                .put("iat", claims.issuedAt().getEpochSecond())
                .put("exp", claims.expiresAt().getEpochSecond());
        ObjectNode keys = JSON.createObjectNode();
        new TreeMap<>(claims.principal().keys()).forEach((key, values) -> {
            ArrayNode array = keys.putArray(key);
            values.forEach(array::add);
        });
        if (!keys.isEmpty()) {
            node.set("keys", keys);
        }
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers is always writable", e);
        }
    }

    /** What {@link #write} wrote and this registry signed. */
    static TokenClaims read(byte[] signed) {
        try {
            JsonNode node = JSON.readTree(signed);
            Map<String, List<String>> keys = new TreeMap<>();
            node.path("keys").properties().forEach(key -> keys.put(key.getKey(), texts(key.getValue())));
            return new TokenClaims(
                    TokenKind.valueOf(node.path("kind").asText()),
                    new Principal(node.path("sub").asText(), keys),
                    Instant.ofEpochSecond(node.path("iat").asLong()),
                    Instant.ofEpochSecond(node.path("exp").asLong()));
        } catch (IOException e) {
            throw new IllegalStateException("signed claims are always JSON", e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
