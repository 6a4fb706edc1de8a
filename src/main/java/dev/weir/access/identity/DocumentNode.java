package dev.weir.access.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A part of a settings document that knows where it stands.
 *
 * <p>Errors: {@link IllegalArgumentException} {@code has oidcIssuers[0].alias 'A B': allowed is …}.
 *
 * @param path {@code oidcIssuers[0].alias}; empty for the document
 */
record DocumentNode(String path, JsonNode json) {

    IllegalArgumentException rejected(String allowed) {
        String value = json.isTextual() ? json.asText() : json.isMissingNode() ? "nothing" : json.toString();
        return new IllegalArgumentException(
                "has " + (path.isEmpty() ? "" : path + " ") + "'" + Printable.of(value) + "': allowed is " + allowed);
    }

    /** Requires an object without members of other names. */
    DocumentNode object(Set<String> names) {
        if (!json.isObject()) {
            throw rejected("an object");
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw member(name)
                        .rejected("one of the names "
                                + String.join(", ", names.stream().sorted().toList()));
            }
        });
        return this;
    }

    private String child(String name) {
        return path.isEmpty() ? name : path + "." + Printable.of(name);
    }

    DocumentNode member(String name) {
        return new DocumentNode(child(name), json.path(name));
    }

    Optional<DocumentNode> find(String name) {
        return json.has(name) ? Optional.of(member(name)) : Optional.empty();
    }

    /** Nothing is an empty list. */
    List<DocumentNode> elements(int atMost) {
        if (json.isMissingNode()) {
            return List.of();
        }
        if (!json.isArray() || json.size() > atMost) {
            throw rejected("a list of at most " + atMost);
        }
        List<DocumentNode> elements = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            elements.add(new DocumentNode(path + "[" + i + "]", json.path(i)));
        }
        return elements;
    }

    String text(Pattern shape, String allowed) {
        if (!json.isTextual() || !shape.matcher(json.asText()).matches()) {
            throw rejected(allowed);
        }
        return json.asText();
    }

    int number(int from, int to) {
        if (!json.isInt() || json.asInt() < from || json.asInt() > to) {
            throw rejected("a whole number from " + from + " to " + to);
        }
        return json.asInt();
    }
}
