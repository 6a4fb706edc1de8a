package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks an operation's input against ECR's own model: types, required members, sizes, patterns, enumerations.
 *
 * <p>Source: {@code ecr-model.json}, which {@code .ci/ecr/model.py} writes from botocore's model.
 */
public final class EcrModel {
    private static final String RESOURCE = "ecr-model.json";

    private final JsonNode operations;
    private final JsonNode shapes;
    private final String targetPrefix;
    private final Map<String, Pattern> patterns = new HashMap<>();

    /** Errors: {@link IllegalStateException} when the model is not on the class path. */
    public EcrModel() {
        JsonNode model = read();
        this.operations = model.path("operations");
        this.shapes = model.path("shapes");
        this.targetPrefix = model.path("targetPrefix").asText() + ".";
        for (Map.Entry<String, JsonNode> shape : shapes.properties()) {
            JsonNode pattern = shape.getValue().path("pattern");
            if (pattern.isTextual()) {
                patterns.put(shape.getKey(), Pattern.compile(pattern.asText()));
            }
        }
    }

    private static JsonNode read() {
        try (InputStream in = EcrModel.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operation that {@code X-Amz-Target} names. Errors: UnknownOperationException. */
    String operation(String target) {
        String name = target.startsWith(targetPrefix) ? target.substring(targetPrefix.length()) : "";
        if (!operations.has(name)) {
            throw unknownOperation();
        }
        return name;
    }

    static EcrException unknownOperation() {
        return new EcrException(EcrException.Code.UNKNOWN_OPERATION, "");
    }

    /** Errors: InvalidParameterException and SerializationException, which name the member and what is allowed. */
    void check(String operation, JsonNode input) {
        check(operations.path(operation).asText(), input, "");
    }

    private void check(String shapeName, JsonNode value, String path) {
        JsonNode shape = shapes.path(shapeName);
        switch (shape.path("type").asText()) {
            case "structure" -> checkStructure(shape, value, path);
            case "list" -> checkList(shape, value, path);
            case "string" -> checkText(shapeName, shape, value, path);
            case "blob" -> require(value.isTextual(), path, "Base64 text");
            case "boolean" -> require(value.isBoolean(), path, "true or false");
            default -> checkNumber(shape, value, path);
        }
    }

    private void checkStructure(JsonNode shape, JsonNode value, String path) {
        require(value.isObject(), path, "an object");
        JsonNode members = shape.path("members");
        for (JsonNode required : shape.path("required")) {
            if (value.path(required.asText()).isMissingNode()
                    || value.path(required.asText()).isNull()) {
                throw EcrException.invalid(join(path, required.asText()), "must not be null");
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            String at = join(path, member.getKey());
            if (!members.has(member.getKey())) {
                throw EcrException.invalid(at, "must be one of " + names(members));
            }
            if (!member.getValue().isNull()) {
                check(members.path(member.getKey()).asText(), member.getValue(), at);
            }
        }
    }

    private void checkList(JsonNode shape, JsonNode value, String path) {
        require(value.isArray(), path, "a list");
        checkSize(shape, value.size(), path, "size");
        for (int i = 0; i < value.size(); i++) {
            check(shape.path("member").asText(), value.get(i), path + "." + (i + 1) + ".member");
        }
    }

    private void checkText(String shapeName, JsonNode shape, JsonNode value, String path) {
        require(value.isTextual(), path, "text");
        String text = value.asText();
        checkSize(shape, text.length(), path, "length");
        Pattern pattern = patterns.get(shapeName);
        if (pattern != null && !pattern.matcher(text).matches()) {
            throw EcrException.invalid(path, "must satisfy regular expression '" + pattern + "'");
        }
        JsonNode allowed = shape.path("enum");
        if (allowed.isArray() && !contains(allowed, text)) {
            throw EcrException.invalid(path, "must satisfy enum value set: " + allowed);
        }
    }

    private static void checkNumber(JsonNode shape, JsonNode value, String path) {
        require(value.isIntegralNumber() && value.canConvertToLong(), path, "a whole number");
        if (shape.has("min") && value.asLong() < shape.path("min").asLong()) {
            throw EcrException.invalid(path, "must be greater than or equal to " + shape.path("min"));
        }
        if (shape.has("max") && value.asLong() > shape.path("max").asLong()) {
            throw EcrException.invalid(path, "must be less than or equal to " + shape.path("max"));
        }
    }

    private static void checkSize(JsonNode shape, int size, String path, String what) {
        if (shape.has("min") && size < shape.path("min").asInt()) {
            throw EcrException.invalid(path, "must have " + what + " greater than or equal to " + shape.path("min"));
        }
        if (shape.has("max") && size > shape.path("max").asInt()) {
            throw EcrException.invalid(path, "must have " + what + " less than or equal to " + shape.path("max"));
        }
    }

    private static void require(boolean holds, String path, String what) {
        if (!holds) {
            throw new EcrException(EcrException.Code.SERIALIZATION, "'" + path + "' must be " + what);
        }
    }

    private static boolean contains(JsonNode list, String text) {
        for (JsonNode one : list) {
            if (one.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static String names(JsonNode members) {
        Iterator<String> names = members.fieldNames();
        return String.join(", ", (Iterable<String>) () -> names);
    }

    private static String join(String path, String member) {
        return path.isEmpty() ? member : path + "." + member;
    }
}
