package dev.weir.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object from an upstream as a stream, never as a tree. Large ones are read few at a time in one process.
 *
 * <p>Units: nesting to 64 levels; names and the strings that are looked at to 8,192 characters; 8 MiB of JSON at once.
 */
final class BoundedJson {
    private static final int KIB_AT_ONCE = 8 * 1024;
    private static final Semaphore ROOM = new Semaphore(KIB_AT_ONCE, true);

    /** Names are not kept in a table: whoever makes up the JSON would decide how large it grows. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNameLength(8192)
                    .maxStringLength(8192)
                    .build())
            .build();

    /** Reads what it wants from a parser that stands at the object's start, and leaves it at the object's end. */
    @FunctionalInterface
    interface Reading<T> {
        T from(JsonParser json) throws IOException;
    }

    private BoundedJson() {}

    /** Errors: {@link IOException} for what is not one complete JSON object in UTF-8, or is beyond the limits. */
    static <T> T read(byte[] bytes, Reading<T> reading) throws IOException {
        int permits = Math.min(KIB_AT_ONCE, 1 + bytes.length / 1024);
        ROOM.acquireUninterruptibly(permits);
        try (JsonParser json =
                JSON.createParser(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            T result = reading.from(json);
            if (json.nextToken() != null) {
                throw new IOException("more than one JSON object");
            }
            return result;
        } finally {
            ROOM.release(permits);
        }
    }

    /** Moves to the next field's value; null at the object's end. */
    static @Nullable String nextField(JsonParser json) throws IOException {
        if (json.nextToken() == JsonToken.END_OBJECT) {
            return null;
        }
        String name = json.currentName();
        json.nextToken();
        return name;
    }

    /** The current value where it is text, else empty; leaves the parser at the value's end. */
    static String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    /** The current value where it is a whole number that a long holds, else -1; leaves the parser at the value's end. */
    static long number(JsonParser json) throws IOException {
        boolean fits = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (fits) {
            return json.getLongValue();
        }
        json.skipChildren();
        return -1;
    }
}
