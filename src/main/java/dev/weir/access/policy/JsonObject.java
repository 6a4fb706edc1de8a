package dev.weir.access.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Printable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** An object of a document, and where it stands. Errors: {@link MalformedPolicyException}. */
record JsonObject(String path, JsonNode node) {

    JsonObject {
        if (!node.isObject()) {
            throw new MalformedPolicyException(path, "an object is needed");
        }
    }

    MalformedPolicyException malformed(String remedy) {
        return new MalformedPolicyException(path, remedy);
    }

    void requireOnly(Set<String> names) {
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw at(name).malformed("there is no such member: allowed are " + new TreeSet<>(names));
            }
        });
    }

    Optional<JsonValue> find(String name) {
        return node.has(name) ? Optional.of(at(name)) : Optional.empty();
    }

    JsonValue get(String name) {
        return find(name).orElseThrow(() -> malformed(name + " is missing"));
    }

    Set<Map.Entry<String, JsonValue>> members() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        node.fieldNames().forEachRemaining(name -> members.put(name, at(name)));
        return members.entrySet();
    }

    /** The name as JSONPath writes it: in brackets where it is not a word. */
    private JsonValue at(String name) {
        String shown = Printable.of(name);
        String place = shown.matches("[A-Za-z]+") ? "." + shown : "['" + shown + "']";
        return new JsonValue(path + place, node.path(name));
    }
}
