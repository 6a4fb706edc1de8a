package dev.weir.access.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code Condition}. Errors: {@link MalformedPolicyException}. */
final class ConditionParser {
    private ConditionParser() {}

    static List<Condition> conditions(JsonValue json) {
        List<Condition> conditions = new ArrayList<>();
        for (Map.Entry<String, JsonValue> operator : json.object().members()) {
            Operator known = Operator.find(operator.getKey())
                    .orElseThrow(() -> operator.getValue().malformed("there is no such condition operator"));
            for (Map.Entry<String, JsonValue> key : operator.getValue().object().members()) {
                conditions.add(condition(known, key.getKey(), key.getValue()));
            }
        }
        return conditions;
    }

    private static Condition condition(Operator operator, String key, JsonValue values) {
        if (!ConditionKeys.isKnown(key)) {
            throw values.malformed("there is no such condition key");
        }
        List<String> literals =
                values.elements().stream().map(JsonValue::literal).toList();
        try {
            return Condition.of(operator, key, literals);
        } catch (IllegalArgumentException e) {
            throw values.malformed(String.valueOf(e.getMessage()));
        }
    }
}
