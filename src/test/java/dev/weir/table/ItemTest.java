package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ItemTest {
    private static final Key KEY = new Key("R#a", "T#b");

    private final Item item = Item.at(KEY)
            .with("text", "x")
            .with("number", 1)
            .withStrings("strings", List.of("a"))
            .withEntries("entries", List.of(Item.at(KEY).with("text", "y")));

    static Stream<Consumer<Item>> readersOfWhatIsMissing() {
        return Stream.of(
                item -> item.string("missing"),
                item -> item.number("missing"),
                item -> item.instant("missing"),
                item -> item.bytes("missing"),
                item -> item.entries("entries").get(0).string("missing"));
    }

    @ParameterizedTest
    @MethodSource("readersOfWhatIsMissing")
    void aMissingAttributeIsNamedWithItsItem(Consumer<Item> reader) {
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.accept(item))
                .withMessage("item R#a T#b has no attribute 'missing'");
    }

    static Stream<Consumer<Item>> readersOfAnotherType() {
        return Stream.of(
                item -> item.findString("number"),
                item -> item.findNumber("text"),
                item -> item.findInstant("text"),
                item -> item.findBytes("text"),
                item -> item.strings("text"),
                item -> item.strings("entries"),
                item -> item.entries("strings"));
    }

    @ParameterizedTest
    @MethodSource("readersOfAnotherType")
    void anAttributeOfAnotherTypeIsNotTakenForAMissingOne(Consumer<Item> reader) {
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.accept(item))
                .withMessageContainingAll("R#a T#b", " is ", ", not ");
    }

    @Test
    void whatMayBeMissingIsEmpty() {
        assertThat(item.findString("missing")).isEmpty();
        assertThat(item.findNumber("missing")).isEmpty();
        assertThat(item.findBytes("missing")).isEmpty();
        assertThat(item.strings("missing")).isEmpty();
        assertThat(item.entries("missing")).isEmpty();
        assertThat(item.has("missing")).isFalse();
        assertThat(item.withIfPresent("missing", Optional.empty())).isEqualTo(item);
    }

    @Test
    void anItemIsNotChangedByMakingAnother() {
        assertThat(item.with("number", 2).number("number")).isEqualTo(2);
        assertThat(item.number("number")).isEqualTo(1);
    }

    @Test
    void theKeyIsNotAnAttribute() {
        assertThat(item.string(TableLayout.SK)).isEqualTo("T#b");
        assertThatIllegalArgumentException().isThrownBy(() -> item.with(TableLayout.PK, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Update.none().remove(TableLayout.SK));
        assertThatIllegalArgumentException().isThrownBy(() -> new Key("", "x"));
    }

    /** The table's TTL counts whole seconds: rounded down, an item could go before its time. */
    @Test
    void anItemExpiresNoEarlierThanAsked() {
        Instant at = Instant.parse("2100-01-01T00:00:00.999Z");
        assertThat(item.expiring(at).number(TableLayout.EXPIRES_AT)).isEqualTo(at.getEpochSecond() + 1);
    }

    @Test
    void ofTwoChangesOfOneAttributeTheLaterCounts() {
        Update update = Update.none().set("a", 1).remove("a").remove("b").set("b", 2);
        assertThat(update.applyTo(Item.at(KEY).with("a", 0)))
                .isEqualTo(Item.at(KEY).with("b", 2));
        assertThat(Update.settingAllOf(item).remove("text").applyTo(Item.at(KEY)))
                .isEqualTo(Update.none().remove("text").applyTo(item));
    }

    @Test
    void theKeyOfATagTellsRepositoryAndTag() {
        RepositoryName repository = RepositoryName.parse("docker-hub/library/nginx");
        Tag tag = Tag.parse("1.27");
        Key key = TableLayout.tag(repository, tag);
        assertThat(key).hasToString("R#docker-hub/library/nginx T#1.27");
        assertThat(TableLayout.repositoryOf(key)).isEqualTo(repository);
        assertThat(TableLayout.tagOf(key)).isEqualTo(tag);
        Key other = TableLayout.catalog(repository);
        assertThatIllegalStateException().isThrownBy(() -> TableLayout.repositoryOf(other));
        assertThatIllegalStateException().isThrownBy(() -> TableLayout.tagOf(other));
    }
}
