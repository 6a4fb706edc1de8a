package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link Table} promises of queries and of the index of due tags. */
abstract class TableReadContract extends TableContract {

    private static List<String> sortKeys(Stream<Item> items) {
        return items.map(item -> item.key().sk()).toList();
    }

    private void put(String... sortKeys) {
        for (String sk : sortKeys) {
            table().put(Item.at(key(sk)).with("x", 1).with("y", sk));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // no word: -; prefix, after, limit, found, next
        "'',  -,    9,  A#1 T#1 T#2 T#4 U#1, -",
        "'',  -,    5,  A#1 T#1 T#2 T#4 U#1, -",
        "'',  -,    4,  A#1 T#1 T#2 T#4,     T#4",
        "'',  T#2,  9,  T#4 U#1,             -",
        "'',  T#3,  1,  T#4,                 T#4",
        "'',  U#1,  9,  '',                  -",
        "T#,  -,    9,  T#1 T#2 T#4,         -",
        "T#,  -,    3,  T#1 T#2 T#4,         -",
        "T#,  -,    2,  T#1 T#2,             T#2",
        "T#,  T#2,  2,  T#4,                 -",
        "T#,  T#3,  2,  T#4,                 -",
        "T#,  T#,   1,  T#1,                 T#1",
        "T#,  T#9,  1,  '',                  -",
        "X#,  -,    1,  '',                  -",
    })
    void aQueryGivesPrefixStartAndLimit(String prefix, String after, int limit, String found, String next) {
        put("U#1", "T#2", "A#1", "T#4", "T#1");
        table().put(Item.at(new Key(partition + "2", "T#3")));
        Query query = Query.of(partition).startingWith(prefix).limit(limit);
        Page page = table().query(word(after).map(query::after).orElse(query));
        assertThat(String.join(" ", sortKeys(page.items().stream()))).isEqualTo(found);
        assertThat(page.next()).isEqualTo(word(next));
        assertThat(page.hasMore()).isEqualTo(word(next).isPresent());
    }

    private static Optional<String> word(String text) {
        return Optional.of(text).filter(word -> !word.equals("-"));
    }

    @Test
    void aQueryOutsideItsPrefixIsRejected() {
        assertThatThrownBy(() -> Query.of(partition).startingWith("T#").after("A#1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A#1");
        assertThatThrownBy(() -> Query.of(partition).limit(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProjectionHasTheKeyAndTheNamedAttributesOnly() {
        put("a");
        assertThat(table().query(Query.of(partition).only("y", "neverThere")).items())
                .containsExactly(Item.at(key("a")).with("y", "a"));
        assertThat(table().query(Query.of(partition).only()).items()).containsExactly(Item.at(key("a")));
    }

    @Test
    void itemsAreInTheOrderOfTheirKeysUtf8Bytes() {
        put("\uE000", "😀", "a", "é", "A", "a/", "a0", "aa");
        assertThat(sortKeys(table().stream(Query.of(partition))))
                .containsExactly("A", "a", "a/", "a0", "aa", "é", "\uE000", "😀");
    }

    @Test
    void aPartitionOfManyMegabytesIsReadPageByPage() {
        byte[] bytes = new byte[100 * 1024];
        List<String> all =
                IntStream.range(0, 45).mapToObj(i -> "T#%02d".formatted(i)).toList();
        all.forEach(sk -> table().put(Item.at(key(sk)).with("bytes", bytes).with("x", 1)));
        assertThat(sortKeys(table().stream(Query.of(partition)))).isEqualTo(all);
        assertThat(table().stream(Query.of(partition).startingWith("T#").only("x")))
                .isEqualTo(all.stream().map(sk -> Item.at(key(sk)).with("x", 1)).toList());
        Page page = table().query(Query.of(partition).after("T#02").limit(40));
        assertThat(sortKeys(page.items().stream())).isEqualTo(all.subList(3, 43));
        assertThat(page.next()).contains("T#42");
    }

    @Test
    void anIteratorSeesWhatIsWrittenInFrontOfItsPage() {
        IntStream.range(0, 20)
                .forEach(i -> table().put(Item.at(key("%02d".formatted(i))).with("b", new byte[90_000])));
        Iterator<Item> items = table().iterate(Query.of(partition));
        assertThat(items.next().key().sk()).isEqualTo("00");
        put("99");
        assertThat(sortKeys(StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, 0), false)))
                .hasSize(20)
                .endsWith("99");
        assertThatThrownBy(items::next).isInstanceOf(NoSuchElementException.class);
    }

    /** A shard of its own for each test: the index is the whole table's. */
    private Item due(String sk, char shard, long time) {
        return Item.at(key(sk))
                .with("more", "x")
                .with(TableLayout.DUE_SHARD, String.valueOf(shard))
                .with(TableLayout.DUE_TIME, time)
                .with(TableLayout.DUE_AT, 7);
    }

    private static DueRange whenever(TimesOfDay times) {
        return new DueRange(times, Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    private List<String> dueKeys(char shard, TimesOfDay times) {
        return dueKeys(shard, whenever(times));
    }

    private List<String> dueKeys(char shard, DueRange range) {
        return Stream.iterate(table().due(shard, range), Iterator::hasNext, items -> items)
                .map(items -> items.next().key().sk())
                .toList();
    }

    @Test
    void dueItemsComeInTheOrderOfTheirTimesFromTheFirstToTheLast() {
        table().put(due("last", '1', 2000));
        table().put(due("later", '1', 2001));
        table().put(due("first", '1', 1000));
        table().put(due("earlier", '1', 999));
        table().put(due("between", '1', 1999));
        table().put(due("elsewhere", '2', 1500));
        table().put(Item.at(key("never")).with(TableLayout.DUE_TIME, 1500));
        assertThat(dueKeys('1', new TimesOfDay(1000, 2000))).containsExactly("first", "between", "last");
        assertThat(dueKeys('1', new TimesOfDay(1000, 1000))).containsExactly("first");
        assertThat(dueKeys('1', TimesOfDay.ALL)).containsExactly("earlier", "first", "between", "last", "later");
        assertThat(table().due('1', whenever(TimesOfDay.ALL)).next())
                .isEqualTo(due("earlier", '1', 999)
                        .only(List.of(TableLayout.DUE_SHARD, TableLayout.DUE_TIME, TableLayout.DUE_AT)));
    }

    @Test
    void theIndexOfDueItemsFollowsEveryKindOfWrite() {
        List.of("moved", "unset", "deleted", "replaced").forEach(sk -> table().put(due(sk, '3', 1000)));
        TimesOfDay then = new TimesOfDay(1000, 1000);
        Update later = Update.none().set(TableLayout.DUE_TIME, 1001);
        table().update(key("moved"), later, Condition.always());
        Update unset = Update.none().remove(TableLayout.DUE_SHARD).remove(TableLayout.DUE_TIME);
        table().transact(List.of(new Write.Change(key("unset"), unset, Condition.always())));
        table().delete(key("deleted"));
        table().put(Item.at(key("replaced")));
        assertThat(dueKeys('3', then)).isEmpty();
        table().update(
                        key("moved"),
                        Update.none().set(TableLayout.DUE_TIME, 1000).set(TableLayout.DUE_AT, 8),
                        Condition.always());
        assertThat(dueKeys('3', then)).containsExactly("moved");
        table().update(key("moved"), Update.none().set(TableLayout.DUE_AT, 9), Condition.always());
        assertThat(table().due('3', whenever(then)).next().number(TableLayout.DUE_AT))
                .isEqualTo(9);
    }

    @Test
    void dueItemsOfManyPagesAreThoseOfTheRange() {
        for (int i = 0; i < 1500; i++) {
            table().put(due("T#" + i, '6', i).with(TableLayout.DUE_AT, i % 1000));
        }
        Instant after = Instant.ofEpochMilli(400);
        DueRange none = new DueRange(TimesOfDay.ALL, Instant.ofEpochMilli(999), Instant.ofEpochMilli(2000));
        assertThat(dueKeys('6', new DueRange(TimesOfDay.ALL, after, Instant.ofEpochMilli(402))))
                .containsExactly("T#401", "T#402", "T#1401", "T#1402");
        assertThat(dueKeys('6', new DueRange(new TimesOfDay(1000, 1499), after, Instant.ofEpochMilli(401))))
                .containsExactly("T#1401");
        assertThat(dueKeys('6', none)).isEmpty();
    }

    @Test
    void aFailedWriteLeavesTheIndexOfDueItems() {
        table().put(due("a", '4', 1000));
        Update unset = Update.none().remove(TableLayout.DUE_TIME);
        assertThat(table().update(key("a"), unset, TableLayout.VACANT)).isFalse();
        assertThat(dueKeys('4', TimesOfDay.ALL)).containsExactly("a");
    }

    @Test
    void dueItemsOfManyPagesComeInOrder() {
        List<Item> items = IntStream.range(0, 450)
                .mapToObj(i -> due("T#" + i, '5', 1000 + i * 7919L % 450))
                .toList();
        for (int i = 0; i < items.size(); i += 90) {
            assertThat(table().transact(items.subList(i, i + 90).stream()
                            .<Write>map(item -> new Write.Put(item, Condition.always()))
                            .toList()))
                    .isTrue();
        }
        assertThat(dueKeys('5', new TimesOfDay(1001, 1448)))
                .hasSize(448)
                .isEqualTo(sortKeys(items.stream()
                        .sorted(Comparator.comparing(item -> item.number(TableLayout.DUE_TIME)))
                        .skip(1)
                        .limit(448)));
    }
}
