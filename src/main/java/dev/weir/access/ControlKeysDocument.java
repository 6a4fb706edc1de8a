package dev.weir.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The control keys as a JSON text.
 *
 * <p>Shape: {@code {"<access key id>":{"secret":"…","name":"ops","role":"admin"},"<access key id>":"<secret>"}}; a secret alone is
 * an admin key that is named by its id. An id has 3 to 128 letters, digits, {@code _}
 * or {@code -} and doesn't begin with {@code WEIR}; a secret has at least 16 characters; a role is {@code admin} or {@code read}.
 *
 * {@code {"<access key id>":"<secret>"}} is a key of role admin named by its id: all that Secrets Manager can make by itself.
 *
 * <p>Errors: {@link IllegalArgumentException} that names the place and what is allowed, without a secret.
 */
public final class ControlKeysDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("(?!WEIR)[A-Za-z0-9_-]{3,128}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,128}");
    private static final Pattern ROLE = Pattern.compile("admin|read");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,256}");

    private ControlKeysDocument() {}

    public static Map<String, ControlKey> parse(String text) {
        JsonNode document = SecretJson.object(text, "JSON object of access key ids");
        Map<String, ControlKey> keys = new TreeMap<>();
        document.properties().forEach(entry -> keys.put(id(entry.getKey()), key(entry.getKey(), entry.getValue())));
        return Collections.unmodifiableMap(keys);
    }

    private static String id(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("has an access key id that is not allowed: allowed are 3 to 128 letters,"
                    + " digits, _ and -, and not WEIR at the beginning");
        }
        return id;
    }

    private static ControlKey key(String id, JsonNode entry) {
        JsonNode key = entry.isTextual()
                ? JSON.createObjectNode()
                        .put("secret", entry.asText())
                        .put("name", id)
                        .put("role", "admin")
                : entry;
        if (key.isTextual() && SECRET.matcher(key.asText()).matches()) {
            return new ControlKey(key.asText(), id, Caller.Role.ADMIN);
        }
        return new ControlKey(
                member(id, key, "secret", SECRET, "16 to 256 printable characters without spaces"),
                member(id, key, "name", NAME, "1 to 128 letters, digits and . _ @ -"),
                member(id, key, "role", ROLE, "admin or read").equals("admin") ? Caller.Role.ADMIN : Caller.Role.READ);
    }

    private static String member(String id, JsonNode key, String name, Pattern allowed, String inWords) {
        String value = key.path(name).asText("");
        if (!key.path(name).isTextual() || !allowed.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "has a wrong '" + name + "' at the key '" + id + "': allowed is " + inWords);
        }
        return value;
    }
}
