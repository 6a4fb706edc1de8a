package dev.weir.access.policy;

import java.util.List;
import java.util.function.Predicate;

/**
 * One operator on one key: the values are alternatives.
 *
 * <p>Errors: {@link #of} throws {@link IllegalArgumentException} for a value that the operator can't compare with.
 *
 * @param tests one for each value, in their order
 */
record Condition(Operator operator, String key, List<String> values, List<Predicate<String>> tests) {

    static Condition of(Operator operator, String key, List<String> values) {
        Comparison comparison = operator.comparison().orElse(Comparison.BOOL);
        return new Condition(
                operator, key, values, values.stream().map(comparison::with).toList());
    }

    boolean holds(AccessRequest request) {
        List<String> given = request.values(key);
        if (operator.comparison().isEmpty()) {
            return matches(Boolean.toString(given.isEmpty()));
        }
        if (given.isEmpty()) {
            return holdsWithoutValue();
        }
        boolean positive = operator.sense() == Operator.Sense.POSITIVE;
        return switch (operator.quantifier()) {
            case PLAIN -> given.stream().anyMatch(this::matches) == positive;
            case FOR_ANY_VALUE -> given.stream().anyMatch(value -> matches(value) == positive);
            case FOR_ALL_VALUES -> given.stream().allMatch(value -> matches(value) == positive);
        };
    }

    private boolean holdsWithoutValue() {
        return operator.missing() == Operator.Missing.HOLDS
                || switch (operator.quantifier()) {
                    case PLAIN -> operator.sense() == Operator.Sense.NEGATED;
                    case FOR_ANY_VALUE -> false;
                    case FOR_ALL_VALUES -> true;
                };
    }

    private boolean matches(String given) {
        return tests.stream().anyMatch(test -> test.test(given));
    }
}
