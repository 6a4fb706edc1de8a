package dev.weir.table;

import static dev.weir.table.TableLayout.EXISTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import dev.weir.table.ConditionRow.Answer;
import dev.weir.table.ConditionRow.Before;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Table} promises of single items and transactions. */
abstract class TableContract {
    static final Instant AT = ConditionRow.AT;

    abstract Table table();

    final String partition = "P#" + UUID.randomUUID();
    final Key key = new Key(partition, "k");

    Optional<Item> found(Key where) {
        return table().find(where, Consistency.STRONG);
    }

    Key key(String sk) {
        return new Key(partition, sk);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereIsNotFound(Consistency consistency) {
        assertThat(table().find(key, consistency)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeOfAttributeComesBackAsItWasPut(Consistency consistency) {
        Item item = Item.at(new Key(partition, "repository/ä 😀"))
                .with("text", "ä 😀 \u0000 end")
                .with("emptyText", "")
                .with("zero", 0)
                .with("negative", -1)
                .with("least", Long.MIN_VALUE)
                .with("most", Long.MAX_VALUE)
                .with("instant", AT)
                .with("bytes", new byte[] {0, 1, -1})
                .with("noBytes", new byte[0])
                .withStrings("strings", List.of("b", "a", "b"))
                .withStrings("noStrings", List.of())
                .withEntries(
                        "entries",
                        List.of(
                                Item.at(key).with("digest", "d").with("at", AT),
                                Item.at(key).with("by", "PULL")))
                .with("nested", new Value.Fields(Map.of("in", Value.ofStrings(List.of("x")))))
                .expiring(AT);
        table().put(item);
        assertThat(table().find(item.key(), consistency)).contains(item);
    }

    @Test
    void manyBytesComeBackAsTheyWerePut() {
        byte[] bytes = new byte[300 * 1024];
        new Random(1).nextBytes(bytes);
        table().put(Item.at(key).with("bytes", bytes));
        assertThat(found(key).orElseThrow().bytes("bytes")).isEqualTo(bytes);
    }

    @Test
    void anItemOverTheLimitIsRejectedAndLeavesWhatWasThere() {
        Item before = Item.at(key).with("text", "x");
        table().put(before);
        assertThatThrownBy(() -> table().put(Item.at(key).with("bytes", new byte[410 * 1024])))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.REJECTED));
        assertThat(found(key)).contains(before);
    }

    @Test
    void aPutReplacesTheWholeItem() {
        table().put(Item.at(key).with("text", "x").with("number", 1));
        table().put(Item.at(key).with("number", 2));
        assertThat(found(key)).contains(Item.at(key).with("number", 2));
    }

    static List<ConditionRow> conditions() {
        return ConditionRow.all().toList();
    }

    private Optional<Item> before(ConditionRow row) {
        if (row.before() == Before.ITEM) {
            table().put(ConditionRow.item(key));
        }
        return found(key);
    }

    private void check(ConditionRow row, boolean answer, Optional<Item> before, Optional<Item> written) {
        boolean holds = row.answer() == Answer.HOLDS;
        assertThat(answer).isEqualTo(holds);
        assertThat(found(key)).isEqualTo(holds ? written : before);
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void aPutHappensWhenItsConditionHolds(ConditionRow row) {
        Optional<Item> before = before(row);
        Item item = Item.at(key).with("new", 1);
        check(row, table().putIf(item, row.condition()), before, Optional.of(item));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void anUpdateHappensWhenItsConditionHolds(ConditionRow row) {
        Optional<Item> before = before(row);
        Update update = Update.none().set("new", 1).set("text", "y").remove("number");
        Item written = update.applyTo(before.orElse(Item.at(key)));
        check(row, table().update(key, update, row.condition()), before, Optional.of(written));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void aDeleteHappensWhenItsConditionHolds(ConditionRow row) {
        Optional<Item> before = before(row);
        check(row, table().deleteIf(key, row.condition()), before, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void aTransactionHappensWhenItsConditionHolds(ConditionRow row) {
        Optional<Item> before = before(row);
        Item other = Item.at(key("other")).with("new", 1);
        boolean answer = table().transact(
                        List.of(new Write.Put(other, Condition.always()), new Write.Delete(key, row.condition())));
        check(row, answer, before, Optional.empty());
        assertThat(found(other.key()).isPresent()).isEqualTo(answer);
    }

    @Test
    void anUpdateLeavesTheOtherAttributes() {
        table().put(Item.at(key).with("kept", "x").with("gone", 1).with("set", 1));
        Update update = Update.none()
                .set("set", 2)
                .set("new", AT)
                .remove("gone")
                .remove("neverThere")
                .setOrRemove("kept2", Optional.of(Value.of("y")))
                .setOrRemove("neverThere2", Optional.empty());
        assertThat(table().update(key, update, EXISTS)).isTrue();
        assertThat(found(key))
                .contains(Item.at(key)
                        .with("kept", "x")
                        .with("set", 2)
                        .with("new", AT)
                        .with("kept2", "y"));
    }

    @Test
    void anUpdateAddsToANumberAndBeginsAtZero() {
        Update one = Update.none().add("count", 1).set("other", "x");
        assertThat(table().update(key, one, Condition.absent("count").or(Condition.below("count", 2))))
                .isTrue();
        assertThat(table().update(key, one.add("count", 3), Condition.below("count", 2)))
                .isTrue();
        assertThat(table().update(key, one, Condition.below("count", 4))).isFalse();
        assertThat(found(key)).contains(Item.at(key).with("count", 4).with("other", "x"));
    }

    @Test
    void anUpdateThatNeedsAnItemCreatesNone() {
        assertThat(table().update(key, Update.none().set("x", 1), EXISTS)).isFalse();
        assertThat(found(key)).isEmpty();
    }

    @Test
    void whatIsDeletedIsGoneAndMayBeDeletedAgain() {
        table().put(Item.at(key).with("x", 1));
        table().delete(key);
        assertThat(found(key)).isEmpty();
        table().delete(key);
        assertThat(table().deleteIf(key, Condition.always())).isTrue();
    }

    @Test
    void aTransactionWritesAllThreeWays() {
        table().put(Item.at(key("change")).with("kept", 1));
        table().put(Item.at(key("delete")));
        assertThat(table().transact(List.of(
                        new Write.Put(Item.at(key("put")).with("x", 1), TableLayout.VACANT),
                        new Write.Change(key("change"), Update.none().set("x", 2), EXISTS),
                        new Write.Delete(key("delete"), EXISTS))))
                .isTrue();
        assertThat(found(key("put"))).contains(Item.at(key("put")).with("x", 1));
        assertThat(found(key("change")))
                .contains(Item.at(key("change")).with("kept", 1).with("x", 2));
        assertThat(found(key("delete"))).isEmpty();
    }

    @Test
    void aTransactionTakesAHundredWritesOfDifferentKeys() {
        Write write = new Write.Put(Item.at(key), Condition.always());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table().transact(List.of(write, new Write.Delete(key, EXISTS))))
                .withMessageContaining(key.toString());
        assertThatIllegalArgumentException().isThrownBy(() -> table().transact(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> table().transact(puts(Table.MAX_TRANSACTION + 1)));
        assertThat(found(key)).isEmpty();
        assertThat(table().transact(puts(Table.MAX_TRANSACTION))).isTrue();
        assertThat(table().query(Query.of(partition)).items()).hasSize(Table.MAX_TRANSACTION);
    }

    private List<Write> puts(int count) {
        return Collections.nCopies(count, 0).stream()
                .<Write>map(zero -> new Write.Put(Item.at(key(UUID.randomUUID().toString())), Condition.always()))
                .toList();
    }
}
