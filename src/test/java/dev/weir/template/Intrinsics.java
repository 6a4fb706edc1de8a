package dev.weir.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * CloudFormation's functions, those that template.yaml uses.
 *
 * <p>Errors: {@link IllegalArgumentException} for a function, parameter or condition that is not there.
 *
 * <p>Source: AWS CloudFormation, "Intrinsic function reference".
 */
final class Intrinsics {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)\\}");
    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::StackName", "weir",
            "AWS::StackId", "arn:aws:cloudformation:us-east-1:111122223333:stack/weir/0a1b2c3d",
            "AWS::Region", "us-east-1",
            "AWS::AccountId", "111122223333",
            "AWS::Partition", "aws",
            "AWS::URLSuffix", "amazonaws.com");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode conditions;
    private final Map<String, String> parameters;

    Intrinsics(JsonNode conditions, Map<String, String> parameters) {
        this.conditions = conditions;
        this.parameters = parameters;
    }

    /** The value in place of its functions; a missing node where it is {@code AWS::NoValue}. */
    JsonNode resolve(JsonNode node) {
        if (node.isArray()) {
            return array(node);
        }
        if (!node.isObject()) {
            return node;
        }
        if (node.size() == 1) {
            String name = node.fieldNames().next();
            if (name.equals("Ref") || name.startsWith("Fn::")) {
                return call(name, node.path(name));
            }
            if (name.equals("Condition") && node.path(name).isTextual()) {
                return BooleanNode.valueOf(isTrue(node.path(name).asText()));
            }
        }
        ObjectNode resolved = NODES.objectNode();
        node.properties().forEach(field -> {
            JsonNode value = resolve(field.getValue());
            if (!value.isMissingNode()) {
                resolved.set(field.getKey(), value);
            }
        });
        return resolved;
    }

    private ArrayNode array(JsonNode node) {
        ArrayNode resolved = NODES.arrayNode();
        node.forEach(element -> {
            JsonNode value = resolve(element);
            if (!value.isMissingNode()) {
                resolved.add(value);
            }
        });
        return resolved;
    }

    private JsonNode call(String name, JsonNode argument) {
        return switch (name) {
            case "Ref" -> ref(argument.asText());
            case "Fn::GetAtt" -> TextNode.valueOf("<" + argument.asText() + ">");
            case "Fn::Sub" -> sub(argument);
            case "Fn::If" -> resolve(argument.get(isTrue(argument.get(0).asText()) ? 1 : 2));
            case "Fn::Equals" ->
                BooleanNode.valueOf(resolve(argument.get(0))
                        .asText()
                        .equals(resolve(argument.get(1)).asText()));
            case "Fn::Not" -> BooleanNode.valueOf(!resolve(argument.get(0)).asBoolean());
            case "Fn::Or" -> BooleanNode.valueOf(anyIsTrue(argument));
            case "Fn::Join" -> join(argument);
            case "Fn::Split" -> split(argument);
            default -> throw new IllegalArgumentException("template.yaml uses " + name + ", unknown here");
        };
    }

    private JsonNode ref(String name) {
        if (name.equals("AWS::NoValue")) {
            return MissingNode.getInstance();
        }
        return TextNode.valueOf(value(name));
    }

    private String value(String name) {
        return parameters.getOrDefault(name, PSEUDO.getOrDefault(name, "<" + name + ">"));
    }

    private JsonNode sub(JsonNode argument) {
        Map<String, String> own = new HashMap<>();
        if (argument.isArray()) {
            argument.get(1)
                    .properties()
                    .forEach(variable -> own.put(
                            variable.getKey(), resolve(variable.getValue()).asText()));
        }
        String text = (argument.isArray() ? argument.get(0) : argument).asText();
        return TextNode.valueOf(VARIABLE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(own.getOrDefault(match.group(1), value(match.group(1))))));
    }

    private boolean anyIsTrue(JsonNode parts) {
        return StreamSupport.stream(parts.spliterator(), false)
                .anyMatch(part -> resolve(part).asBoolean());
    }

    /** A list parameter is its text here, so its joined values are that text. */
    private TextNode join(JsonNode argument) {
        JsonNode values = resolve(argument.get(1));
        String text = StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(argument.get(0).asText()));
        return TextNode.valueOf(values.isArray() ? text : values.asText());
    }

    private ArrayNode split(JsonNode argument) {
        ArrayNode parts = NODES.arrayNode();
        String separator = Pattern.quote(argument.get(0).asText());
        for (String part : resolve(argument.get(1)).asText().split(separator, -1)) {
            parts.add(part);
        }
        return parts;
    }

    boolean isTrue(String condition) {
        if (!conditions.has(condition)) {
            throw new IllegalArgumentException("template.yaml has no condition " + condition);
        }
        return resolve(conditions.get(condition)).asBoolean();
    }
}
