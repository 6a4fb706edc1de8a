package dev.weir.aws.dynamodb;

import dev.weir.table.Condition;
import dev.weir.table.Condition.All;
import dev.weir.table.Condition.Any;
import dev.weir.table.Condition.Comparison;
import dev.weir.table.Condition.Presence;
import dev.weir.table.Update;
import dev.weir.table.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The expressions of one request, with a placeholder for each name and value, so that no name clashes with DynamoDB's reserved words.
 *
 * <p>Shape: {@code SET #checkedAt = :v0 REMOVE #goneSince}, {@code #owner = :v1 OR #leaseUntil <= :v2}. What is empty is null, because
 * DynamoDB rejects empty expressions, names and values.
 */
final class Expressions {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    @Nullable
    Map<String, String> names() {
        return names.isEmpty() ? null : names;
    }

    @Nullable
    Map<String, AttributeValue> values() {
        return values.isEmpty() ? null : values;
    }

    String name(String attribute) {
        String placeholder = "#" + attribute;
        names.put(placeholder, attribute);
        return placeholder;
    }

    String value(Value value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, AttributeValues.of(value));
        return placeholder;
    }

    String projection(Collection<String> attributes) {
        return attributes.stream().map(this::name).collect(Collectors.joining(", "));
    }

    @Nullable
    String condition(Condition condition) {
        return condition.equals(Condition.always()) ? null : part(condition);
    }

    private String part(Condition condition) {
        if (condition instanceof Presence presence) {
            String function = presence.is() == Presence.Is.PRESENT ? "attribute_exists" : "attribute_not_exists";
            return function + "(" + name(presence.attribute()) + ")";
        }
        if (condition instanceof Comparison comparison) {
            String compared = name(comparison.attribute()) + sign(comparison.operator()) + value(comparison.value());
            return comparison.operator() == Comparison.Operator.NOT_EQUAL
                    ? "(attribute_exists(" + name(comparison.attribute()) + ") AND " + compared + ")"
                    : compared;
        }
        return condition instanceof All all ? joined(all.parts(), " AND ") : joined(((Any) condition).parts(), " OR ");
    }

    private static String sign(Comparison.Operator operator) {
        return switch (operator) {
            case EQUAL -> " = ";
            case NOT_EQUAL -> " <> ";
            case AT_MOST -> " <= ";
            case BELOW -> " < ";
        };
    }

    private String joined(List<Condition> parts, String operator) {
        return parts.stream().map(this::part).collect(Collectors.joining(operator, "(", ")"));
    }

    @Nullable
    String update(Update update) {
        List<String> sets = new ArrayList<>();
        List<String> removes = new ArrayList<>();
        update.changes()
                .forEach((name, change) -> change.ifPresentOrElse(
                        value -> sets.add(name(name) + " = " + value(value)), () -> removes.add(name(name))));
        String set = sets.isEmpty() ? "" : "SET " + String.join(", ", sets) + " ";
        String remove = removes.isEmpty() ? "" : "REMOVE " + String.join(", ", removes) + " ";
        List<String> adds = new ArrayList<>();
        update.additions().forEach((name, number) -> adds.add(name(name) + " " + value(Value.of(number))));
        String add = adds.isEmpty() ? "" : "ADD " + String.join(", ", adds);
        String expression = (set + remove + add).strip();
        return expression.isEmpty() ? null : expression;
    }
}
