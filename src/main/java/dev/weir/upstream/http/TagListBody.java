package dev.weir.upstream.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One page of a list of tags, {@code {"name":"a/b","tags":["1","2"]}}. What is not a tag can't be pulled, so it is left out.
 *
 * <p>Errors: {@link #read} throws {@link IOException} for what is not such a page.
 *
 * @param cut whether upstream's page holds more than is read
 */
record TagListBody(List<Tag> tags, boolean cut) {
    static final int MAX_BYTES = 8 * 1024 * 1024;
    static final int MAX_TAGS = 100_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    static TagListBody read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        boolean tooLong = bytes.length > MAX_BYTES;
        List<Tag> tags = new ArrayList<>();
        try (JsonParser parser = JSON.getFactory().createParser(new ByteArrayInputStream(bytes))) {
            return new TagListBody(tags, !readTags(parser, tags));
        } catch (IOException e) {
            if (tooLong && !tags.isEmpty()) {
                return new TagListBody(tags, true);
            }
            throw e;
        }
    }

    /** Whether all tags were read. */
    private static boolean readTags(JsonParser parser, List<Tag> tags) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("not a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isTags = parser.currentName().equals("tags");
            JsonToken value = parser.nextToken();
            if (isTags && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (tags.size() == MAX_TAGS) {
                        return false;
                    }
                    add(parser, tags);
                }
            } else {
                parser.skipChildren();
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("the JSON object is not closed");
        }
        return true;
    }

    private static void add(JsonParser parser, List<Tag> tags) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            if (parser.currentToken() == null) {
                throw new IOException("the list of tags is not closed");
            }
            parser.skipChildren();
            return;
        }
        try {
            tags.add(Tag.parse(parser.getText()));
        } catch (MalformedValueException e) {
            // Left out.
        }
    }
}
