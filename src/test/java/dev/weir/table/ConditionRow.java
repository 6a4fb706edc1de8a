package dev.weir.table;

import static dev.weir.table.Condition.absent;
import static dev.weir.table.Condition.always;
import static dev.weir.table.Condition.atMost;
import static dev.weir.table.Condition.below;
import static dev.weir.table.Condition.equalTo;
import static dev.weir.table.Condition.exists;
import static dev.weir.table.Condition.notEqualTo;
import static dev.weir.table.TableLayout.EXISTS;
import static dev.weir.table.TableLayout.VACANT;

import java.time.Instant;
import java.util.stream.Stream;

/** A condition, on an item with {@code text: x, number: 5, at: an instant} or on none, and whether it holds. */
record ConditionRow(String name, Before before, Condition condition, Answer answer) {
    static final Instant AT = Instant.parse("2100-01-01T00:00:00.123Z");

    enum Before {
        ITEM,
        NOTHING
    }

    enum Answer {
        HOLDS,
        FAILS
    }

    @Override
    public String toString() {
        return name + (before == Before.NOTHING ? " of nothing " : " ") + answer;
    }

    static Item item(Key key) {
        return Item.at(key).with("text", "x").with("number", 5).with("at", AT);
    }

    private static ConditionRow holds(String name, Condition condition) {
        return new ConditionRow(name, Before.ITEM, condition, Answer.HOLDS);
    }

    private static ConditionRow fails(String name, Condition condition) {
        return new ConditionRow(name, Before.ITEM, condition, Answer.FAILS);
    }

    private static ConditionRow holdsOfNothing(String name, Condition condition) {
        return new ConditionRow(name, Before.NOTHING, condition, Answer.HOLDS);
    }

    private static ConditionRow failsOfNothing(String name, Condition condition) {
        return new ConditionRow(name, Before.NOTHING, condition, Answer.FAILS);
    }

    static Stream<ConditionRow> all() {
        return Stream.of(
                holds("always", always()),
                holdsOfNothing("always", always()),
                holds("item exists", EXISTS),
                failsOfNothing("item exists", EXISTS),
                fails("item is vacant", VACANT),
                holdsOfNothing("item is vacant", VACANT),
                holds("attribute exists", exists("text")),
                fails("attribute exists", exists("other")),
                failsOfNothing("attribute exists", exists("text")),
                fails("attribute absent", absent("text")),
                holds("attribute absent", absent("other")),
                holdsOfNothing("attribute absent", absent("text")),
                holds("equal text", equalTo("text", "x")),
                fails("other text", equalTo("text", "X")),
                fails("equal but text and number", equalTo("number", "5")),
                holds("equal number", equalTo("number", 5)),
                fails("other number", equalTo("number", 6)),
                holds("equal instant", equalTo("at", AT)),
                fails("equal of missing", equalTo("other", "x")),
                failsOfNothing("equal", equalTo("text", "x")),
                holds("not equal text", notEqualTo("text", "X")),
                fails("not equal of the same", notEqualTo("text", "x")),
                holds("not equal of another type", notEqualTo("number", "5")),
                fails("not equal of missing", notEqualTo("other", "x")),
                failsOfNothing("not equal", notEqualTo("text", "x")),
                fails("at most less", atMost("number", 4)),
                holds("at most same", atMost("number", 5)),
                holds("at most more", atMost("number", 6)),
                fails("at most of text", atMost("text", 6)),
                fails("at most of missing", atMost("other", 6)),
                failsOfNothing("at most", atMost("number", 6)),
                fails("instant at most earlier", atMost("at", AT.minusMillis(1))),
                holds("instant at most same", atMost("at", AT)),
                fails("below same", below("number", 5)),
                holds("below more", below("number", 6)),
                holds("instant below later", below("at", AT.plusMillis(1))),
                holds("both", exists("text").and(equalTo("number", 5))),
                fails("one of two", exists("text").and(equalTo("number", 6))),
                holds("either", equalTo("number", 6).or(exists("text"))),
                fails("neither", equalTo("number", 6).or(absent("text"))),
                holds("and of or", absent("other").or(atMost("other", 1)).and(exists("text"))),
                fails("and of failing or", exists("text").and(exists("other").or(below("number", 5)))),
                holds("or of and", exists("other").or(exists("text").and(exists("number")))),
                holds("always and", always().and(exists("text"))),
                holds("always or", exists("other").or(always())),
                holds("reserved words", absent("name").and(absent("owner")).and(absent("size"))));
    }
}
