package dev.weir.access.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A value of a document, and where it stands. Errors: {@link MalformedPolicyException} when it is of another type. */
record JsonValue(String path, JsonNode node) {

    MalformedPolicyException malformed(String remedy) {
        String value = node.isContainerNode() ? "" : "'" + Printable.of(node.asText()) + "': ";
        return new MalformedPolicyException(path, value + remedy);
    }

    boolean isObject() {
        return node.isObject();
    }

    JsonObject object() {
        if (!node.isObject()) {
            throw malformed("an object is needed");
        }
        return new JsonObject(path, node);
    }

    /** Those of an array, which has at least one, or the value alone. */
    List<JsonValue> elements() {
        if (!node.isArray()) {
            return List.of(this);
        }
        if (node.isEmpty()) {
            throw malformed("at least one element is needed");
        }
        List<JsonValue> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(new JsonValue(path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    String text() {
        if (!node.isTextual()) {
            throw malformed("a string is needed");
        }
        return node.textValue();
    }

    String text(Pattern grammar, String allowed) {
        if (!grammar.matcher(text()).matches()) {
            throw malformed("allowed is " + allowed);
        }
        return withoutVariable(text());
    }

    /** A string, or a number or boolean as it is written. */
    String literal() {
        if (!node.isValueNode() || node.isNull()) {
            throw malformed("a string is needed");
        }
        return withoutVariable(node.asText());
    }

    /** A variable that was taken for its own letters would match nothing, and so deny nothing. */
    private String withoutVariable(String text) {
        if (text.contains("${")) {
            throw malformed("policy variables are not supported");
        }
        return text;
    }
}
