package dev.weir.access.token;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.access.SecretJson;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The signing keys as a JSON text.
 *
 * <p>Shape: {@code {"<key id>":"<secret>","<key id>":{"secret":"…","createdAt":"2026-11-25T10:00:00Z"},
 * "notBefore":{"weir:user/alice":"2026-11-25T10:00:00Z"}}}. A key that is a text alone is older than all others: it is the one that
 * the stack made. A key id has 1 to 32 letters, digits, {@code _} or {@code -}; a secret has 32 to 256 characters.
 *
 * <p>Errors: {@link IllegalArgumentException} that names the place and what is allowed, without a secret.
 */
public final class SigningKeysDocument {
    private static final String NOT_BEFORE = "notBefore";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{32,256}");

    private SigningKeysDocument() {}

    public static SigningKeySet parse(String text) {
        JsonNode document = SecretJson.object(text, "JSON object of key ids");
        List<SigningKey> keys = new ArrayList<>();
        document.properties().stream()
                .filter(member -> !member.getKey().equals(NOT_BEFORE))
                .forEach(member -> keys.add(key(member.getKey(), member.getValue())));
        return new SigningKeySet(keys, notBefore(document.path(NOT_BEFORE)));
    }

    private static SigningKey key(String id, JsonNode key) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "has a key id that is not allowed: allowed are 1 to 32 letters, digits, _ and -");
        }
        String secret = (key.isTextual() ? key : key.path("secret")).asText("");
        if (!SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException("has a wrong secret at the key '" + id
                    + "': allowed are 32 to 256 printable characters without spaces");
        }
        return new SigningKey(
                id, secret, key.isTextual() ? Instant.EPOCH : instant(key.path("createdAt"), "createdAt of " + id));
    }

    private static Map<String, Instant> notBefore(JsonNode members) {
        Map<String, Instant> times = new TreeMap<>();
        members.properties()
                .forEach(member -> times.put(member.getKey(), instant(member.getValue(), "notBefore of a principal")));
        return times;
    }

    private static Instant instant(JsonNode node, String what) {
        try {
            return Instant.parse(node.asText(""));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "has a wrong " + what + ": allowed is a time such as 2026-11-25T10:00:00Z");
        }
    }
}
