package dev.weir.access.policy;

import java.util.Map;
import java.util.Optional;

/**
 * A condition operator, taken apart.
 *
 * <p>Shape: {@code [ForAnyValue:|ForAllValues:]<name>[IfExists]}.
 *
 * @param comparison empty for {@code Null}, which asks whether there is a value
 */
record Operator(Quantifier quantifier, Optional<Comparison> comparison, Sense sense, Missing missing) {

    /** Which of a key's values have to match. */
    enum Quantifier {
        /** No word for it: any has to match, and none where the operator is negated. */
        PLAIN,
        FOR_ANY_VALUE,
        FOR_ALL_VALUES
    }

    /** Whether values have to match, or must not. */
    enum Sense {
        POSITIVE,
        NEGATED
    }

    /** What holds when the request has no such key. */
    enum Missing {
        /** A positive operator is false then, a negated one true. */
        BY_SENSE,
        /** {@code IfExists}. */
        HOLDS
    }

    private static final String IF_EXISTS = "IfExists";
    private static final String ANY = "ForAnyValue:";
    private static final String ALL = "ForAllValues:";
    private static final String NULL = "Null";

    private static final Map<String, Comparison> POSITIVE = Map.ofEntries(
            Map.entry("StringEquals", Comparison.STRING_EQUALS),
            Map.entry("StringEqualsIgnoreCase", Comparison.STRING_EQUALS_IGNORE_CASE),
            Map.entry("StringLike", Comparison.STRING_LIKE),
            Map.entry("NumericEquals", Comparison.ofNumbers(order -> order == 0)),
            Map.entry("NumericLessThan", Comparison.ofNumbers(order -> order < 0)),
            Map.entry("NumericLessThanEquals", Comparison.ofNumbers(order -> order <= 0)),
            Map.entry("NumericGreaterThan", Comparison.ofNumbers(order -> order > 0)),
            Map.entry("NumericGreaterThanEquals", Comparison.ofNumbers(order -> order >= 0)),
            Map.entry("DateEquals", Comparison.ofDates(order -> order == 0)),
            Map.entry("DateLessThan", Comparison.ofDates(order -> order < 0)),
            Map.entry("DateLessThanEquals", Comparison.ofDates(order -> order <= 0)),
            Map.entry("DateGreaterThan", Comparison.ofDates(order -> order > 0)),
            Map.entry("DateGreaterThanEquals", Comparison.ofDates(order -> order >= 0)),
            Map.entry("Bool", Comparison.BOOL),
            Map.entry("IpAddress", Comparison.IP_ADDRESS),
            Map.entry("ArnEquals", Comparison.ARN_LIKE),
            Map.entry("ArnLike", Comparison.ARN_LIKE));

    private static final Map<String, Comparison> NEGATED = Map.ofEntries(
            Map.entry("StringNotEquals", Comparison.STRING_EQUALS),
            Map.entry("StringNotEqualsIgnoreCase", Comparison.STRING_EQUALS_IGNORE_CASE),
            Map.entry("StringNotLike", Comparison.STRING_LIKE),
            Map.entry("NumericNotEquals", Comparison.ofNumbers(order -> order == 0)),
            Map.entry("DateNotEquals", Comparison.ofDates(order -> order == 0)),
            Map.entry("NotIpAddress", Comparison.IP_ADDRESS),
            Map.entry("ArnNotEquals", Comparison.ARN_LIKE),
            Map.entry("ArnNotLike", Comparison.ARN_LIKE));

    /** Empty for an operator that there isn't. */
    static Optional<Operator> find(String word) {
        Quantifier quantifier = Quantifier.PLAIN;
        String name = word;
        if (word.startsWith(ANY)) {
            quantifier = Quantifier.FOR_ANY_VALUE;
            name = word.substring(ANY.length());
        } else if (word.startsWith(ALL)) {
            quantifier = Quantifier.FOR_ALL_VALUES;
            name = word.substring(ALL.length());
        }
        if (name.equals(NULL)) {
            return quantifier == Quantifier.PLAIN
                    ? Optional.of(new Operator(quantifier, Optional.empty(), Sense.POSITIVE, Missing.BY_SENSE))
                    : Optional.empty();
        }
        Missing missing = name.endsWith(IF_EXISTS) ? Missing.HOLDS : Missing.BY_SENSE;
        String base = missing == Missing.HOLDS ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
        Sense sense = NEGATED.containsKey(base) ? Sense.NEGATED : Sense.POSITIVE;
        Optional<Comparison> comparison = Optional.ofNullable((sense == Sense.NEGATED ? NEGATED : POSITIVE).get(base));
        return comparison.isEmpty()
                ? Optional.empty()
                : Optional.of(new Operator(quantifier, comparison, sense, missing));
    }
}
