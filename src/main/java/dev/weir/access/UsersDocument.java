package dev.weir.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Printable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The users as a text, in one of two shapes. A user whose entry is malformed can't log in; the others can.
 *
 * <p>Shape: {@code {"alice":"$2y$10$…","bob":{"hash":"$2y$10$…","expiresAt":"2027-01-01T00:00:00Z"}}}, or the lines of an
 * {@code htpasswd -B} file: {@code alice:$2y$05$…}.
 *
 * <p>Errors: {@link IllegalArgumentException} that says what the text is not, without quoting it.
 */
public final class UsersDocument {
    /** Matches no password. */
    private static final UserEntry MALFORMED = UserEntry.of("");

    private UsersDocument() {}

    public static Map<String, UserEntry> parse(String json) {
        JsonNode users = SecretJson.object(json, "JSON object");
        Map<String, UserEntry> entries = new TreeMap<>();
        users.properties().forEach(user -> entries.put(user.getKey(), entry(user.getValue())));
        return Collections.unmodifiableMap(entries);
    }

    private static UserEntry entry(JsonNode entry) {
        if (entry.isTextual()) {
            return UserEntry.of(entry.asText());
        }
        JsonNode expiresAt = entry.path("expiresAt");
        if (expiresAt.isMissingNode()) {
            return UserEntry.of(entry.path("hash").asText(""));
        }
        try {
            return new UserEntry(entry.path("hash").asText(""), Optional.of(Instant.parse(expiresAt.asText(""))));
        } catch (DateTimeParseException e) {
            return MALFORMED;
        }
    }

    /** Lines that are empty or begin with {@code #} are skipped; errors name the line. */
    public static Map<String, UserEntry> parseHtpasswd(String text) {
        Map<String, UserEntry> entries = new TreeMap<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            String user = line.strip();
            if (user.isEmpty() || user.startsWith("#")) {
                continue;
            }
            int colon = user.indexOf(':');
            String hash = user.substring(colon + 1);
            if (colon < 1 || !UserPasswords.isBcrypt(hash)) {
                String name = colon < 1 ? "" : ", of user '" + Printable.of(user.substring(0, colon)) + "',";
                throw new IllegalArgumentException(
                        "has a line " + number + name + " that is not user:bcrypt hash: make it with htpasswd -nbB");
            }
            entries.put(user.substring(0, colon), UserEntry.of(hash));
        }
        return Collections.unmodifiableMap(entries);
    }
}
