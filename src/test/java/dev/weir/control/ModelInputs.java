package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Inputs of ECR's operations, made from {@code ecr-model.json}: the smallest that the model takes, with one value in its place. */
final class ModelInputs {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode model = read();
    private final Map<String, String> samples;

    /** @param samples a text for each shape with a pattern */
    ModelInputs(Map<String, String> samples) {
        this.samples = samples;
    }

    /**
     * Where a shape stands in an operation's input.
     *
     * @param steps members, and {@code 1.member} for the first element of a list; as messages name it when they are joined
     */
    record Place(String operation, List<String> steps) {
        String path() {
            return String.join(".", steps);
        }
    }

    static JsonNode read() {
        try (InputStream in = EcrModel.class.getResourceAsStream("ecr-model.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode shape(String name) {
        return model.path("shapes").path(name);
    }

    Map<String, JsonNode> shapes() {
        Map<String, JsonNode> all = new TreeMap<>();
        model.path("shapes").properties().forEach(shape -> all.put(shape.getKey(), shape.getValue()));
        return all;
    }

    /** The first place that is found for the shape. */
    Optional<Place> place(String shape) {
        for (Map.Entry<String, JsonNode> operation : model.path("operations").properties()) {
            Optional<List<String>> steps = steps(operation.getValue().asText(), shape, new HashSet<>());
            if (steps.isPresent()) {
                return steps.map(found -> new Place(operation.getKey(), found));
            }
        }
        return Optional.empty();
    }

    private Optional<List<String>> steps(String from, String to, Set<String> seen) {
        if (from.equals(to)) {
            return Optional.of(List.of());
        }
        if (!seen.add(from)) {
            return Optional.empty();
        }
        JsonNode shape = shape(from);
        if (shape.path("type").asText().equals("list")) {
            return steps(shape.path("member").asText(), to, seen).map(rest -> joined("1.member", rest));
        }
        return shape.path("members").properties().stream()
                .flatMap(member ->
                        steps(member.getValue().asText(), to, seen).stream().map(rest -> joined(member.getKey(), rest)))
                .findFirst();
    }

    private static List<String> joined(String first, List<String> rest) {
        Deque<String> all = new ArrayDeque<>(rest);
        all.addFirst(first);
        return List.copyOf(all);
    }

    /** The smallest input of the place's operation, with the value in its place. */
    JsonNode with(Place place, JsonNode value) {
        return with(model.path("operations").path(place.operation()).asText(), place.steps(), value);
    }

    private JsonNode with(String shapeName, List<String> steps, JsonNode value) {
        if (steps.isEmpty()) {
            return value;
        }
        JsonNode shape = shape(shapeName);
        List<String> rest = steps.subList(1, steps.size());
        JsonNode smallest = smallest(shapeName);
        if (smallest instanceof ArrayNode list) {
            JsonNode element = with(shape.path("member").asText(), rest, value);
            if (list.isEmpty()) {
                list.add(element);
            } else {
                list.set(0, element);
            }
        } else if (smallest instanceof ObjectNode object) {
            String member = steps.get(0);
            object.set(member, with(shape.path("members").path(member).asText(), rest, value));
        }
        return smallest;
    }

    /** The smallest value that the shape takes. */
    JsonNode smallest(String shapeName) {
        JsonNode shape = shape(shapeName);
        return switch (shape.path("type").asText()) {
            case "structure" -> {
                ObjectNode object = JSON.objectNode();
                shape.path("required")
                        .forEach(member -> object.set(
                                member.asText(),
                                smallest(shape.path("members")
                                        .path(member.asText())
                                        .asText())));
                yield object;
            }
            case "list" -> elements(shape, shape.path("min").asInt());
            case "string" -> TextNode.valueOf(text(shapeName, 0));
            case "blob" -> TextNode.valueOf("");
            case "boolean" -> BooleanNode.FALSE;
            default -> IntNode.valueOf(shape.path("min").asInt());
        };
    }

    ArrayNode elements(JsonNode listShape, int count) {
        ArrayNode list = JSON.arrayNode();
        for (int i = 0; i < count; i++) {
            list.add(smallest(listShape.path("member").asText()));
        }
        return list;
    }

    /** A text that the shape's pattern and enumeration take, of this length if that is more than it needs. */
    String text(String shapeName, int length) {
        JsonNode shape = shape(shapeName);
        if (shape.has("enum")) {
            return shape.path("enum").path(0).asText();
        }
        String start = samples.getOrDefault(shapeName, "");
        int wanted = Math.max(length, shape.path("min").asInt());
        return start + "a".repeat(Math.max(0, wanted - start.length()));
    }
}
