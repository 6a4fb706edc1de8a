package dev.weir.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads the JSON of a secret. Errors: {@link IllegalArgumentException} that quotes nothing of it. */
public final class SecretJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SecretJson() {}

    /** @param what the object holds, for the message: {@code JSON object of key ids} */
    public static JsonNode object(String text, String what) {
        JsonNode document;
        try {
            document = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // The cause would quote the secret.
            throw new IllegalArgumentException("is not JSON");
        }
        if (!document.isObject()) {
            throw new IllegalArgumentException("is not a " + what);
        }
        return document;
    }
}
