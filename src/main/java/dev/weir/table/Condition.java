package dev.weir.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must hold of the item under a key for a write to happen; a value that every adapter interprets alike.
 *
 * <p>A comparison holds only of an attribute that is there and has the type of the value it is compared with. An item that is not there
 * has no attributes.
 */
public sealed interface Condition {

    /** Holds of anything, also of an item that is not there. */
    static Condition always() {
        return new All(List.of());
    }

    /** Whether an attribute is there. */
    record Presence(String attribute, Is is) implements Condition {
        /** The two answers. */
        public enum Is {
            PRESENT,
            ABSENT
        }
    }

    /** How an attribute compares with a value. */
    record Comparison(String attribute, Operator operator, Value value) implements Condition {
        /** The comparisons; {@link #AT_MOST} and {@link #BELOW} are for numbers. */
        public enum Operator {
            EQUAL,
            /** Holds of an attribute that is there and has another value, of whatever type. */
            NOT_EQUAL,
            AT_MOST,
            BELOW
        }
    }

    /** Holds when all of its parts hold. */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** Holds when one of its parts holds; there are at least two. */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    static Condition exists(String attribute) {
        return new Presence(attribute, Presence.Is.PRESENT);
    }

    static Condition absent(String attribute) {
        return new Presence(attribute, Presence.Is.ABSENT);
    }

    static Condition equalTo(String attribute, String value) {
        return new Comparison(attribute, Comparison.Operator.EQUAL, Value.of(value));
    }

    static Condition notEqualTo(String attribute, String value) {
        return new Comparison(attribute, Comparison.Operator.NOT_EQUAL, Value.of(value));
    }

    static Condition equalTo(String attribute, long value) {
        return new Comparison(attribute, Comparison.Operator.EQUAL, Value.of(value));
    }

    static Condition equalTo(String attribute, Instant value) {
        return equalTo(attribute, value.toEpochMilli());
    }

    static Condition atMost(String attribute, long value) {
        return new Comparison(attribute, Comparison.Operator.AT_MOST, Value.of(value));
    }

    static Condition atMost(String attribute, Instant value) {
        return atMost(attribute, value.toEpochMilli());
    }

    static Condition below(String attribute, long value) {
        return new Comparison(attribute, Comparison.Operator.BELOW, Value.of(value));
    }

    static Condition below(String attribute, Instant value) {
        return below(attribute, value.toEpochMilli());
    }

    default Condition and(Condition other) {
        List<Condition> parts = new ArrayList<>(partsOf(this));
        parts.addAll(partsOf(other));
        return parts.size() == 1 ? parts.get(0) : new All(parts);
    }

    default Condition or(Condition other) {
        return equals(always()) || other.equals(always()) ? always() : new Any(List.of(this, other));
    }

    private static List<Condition> partsOf(Condition condition) {
        return condition instanceof All all ? all.parts() : List.of(condition);
    }

    /** Whether this holds of an item, or of its absence. */
    default boolean holdsOf(Optional<Item> item) {
        if (this instanceof Presence presence) {
            return item.filter(it -> it.has(presence.attribute())).isPresent()
                    == (presence.is() == Presence.Is.PRESENT);
        }
        if (this instanceof Comparison comparison) {
            return item.flatMap(it -> it.find(comparison.attribute()))
                    .filter(value -> compares(value, comparison.operator(), comparison.value()))
                    .isPresent();
        }
        if (this instanceof All all) {
            return all.parts().stream().allMatch(part -> part.holdsOf(item));
        }
        return ((Any) this).parts().stream().anyMatch(part -> part.holdsOf(item));
    }

    private static boolean compares(Value actual, Comparison.Operator operator, Value expected) {
        if (operator == Comparison.Operator.EQUAL) {
            return actual.equals(expected);
        }
        if (operator == Comparison.Operator.NOT_EQUAL) {
            return !actual.equals(expected);
        }
        if (!(actual instanceof Value.WholeNumber left && expected instanceof Value.WholeNumber right)) {
            return false;
        }
        int difference = Long.compare(left.number(), right.number());
        return operator == Comparison.Operator.BELOW ? difference < 0 : difference <= 0;
    }
}
