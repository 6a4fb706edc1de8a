package dev.weir.table;

import static dev.weir.table.StoresContract.digest;
import static dev.weir.table.StoresContract.pointer;
import static dev.weir.table.StoresContract.repository;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.DueTag;
import dev.weir.store.Lookup;
import dev.weir.store.PointerMove;
import dev.weir.store.TagMove;
import dev.weir.store.TagMove.By;
import dev.weir.store.TagStanding;
import dev.weir.store.TagStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link TagStore} and the index of due tags promise, on any table. */
interface TagStoreContract extends StoresContract {
    private TagStore tags() {
        return new TableTagStore(table(), new TableRepositoryLinks(table(), Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    private CachedTag found(UpstreamRepository repository) {
        return tags().find(repository, TAG).found().orElseThrow();
    }

    private static PointerMove move(String from, String to, Instant at, By by) {
        return new PointerMove(pointer(to, at), at.plusSeconds(60), digest(from), at, by);
    }

    @Test
    default void aMoveByRefreshKeepsThePullThatWasNotedMeanwhile() {
        UpstreamRepository repository = repository("noted");
        tags().add(repository, TAG, pointer("old", NOW), LATER);
        tags().touch(repository, TAG, digest("old"), new TagStanding(NOW, LATER, Optional.of(NOW), Optional.empty()));
        Instant pulled = NOW.plus(Duration.ofHours(2));
        tags().notePull(repository.name(), TAG, pulled, Duration.ofHours(1));
        assertThat(tags().move(repository, TAG, move("old", "next", LATER, By.REFRESH)))
                .isTrue();
        assertThat(found(repository))
                .isEqualTo(new CachedTag(
                        pointer("next", LATER).manifest(), LATER, LATER, pulled, Optional.empty(), Optional.empty()));
        tags().move(repository, TAG, move("next", "old", LATER, By.PULL));
        assertThat(found(repository)).isEqualTo(pointer("old", LATER));
    }

    @Test
    default void aTagIsAddedWithItsManifestWholeOrNotAtAll() {
        UpstreamRepository repository = repository("linked");
        TableRepositoryLinks links = new TableRepositoryLinks(table(), Clock.fixed(NOW, ZoneOffset.UTC));
        CachedManifest manifest = new CachedManifest(pointer("m", NOW).manifest(), Optional.empty());
        assertThat(links.isCached(repository.name())).isFalse();
        assertThat(tags().addLinked(repository, TAG, manifest, pointer("m", NOW), LATER))
                .isTrue();
        assertThat(links.isCached(repository.name())).isTrue();
        assertThat(links.manifest(repository, digest("m")).found()).contains(manifest);
        assertThat(found(repository)).isEqualTo(pointer("m", NOW));
        Tag other = Tag.parse("other");
        assertThat(tags().addLinked(repository, other, manifest, pointer("m", NOW), LATER))
                .isFalse();
        assertThat(tags().find(repository, other)).isEqualTo(Lookup.unknown());
    }

    @Test
    default void aPullIsNotedOnceWithinThePrecision() {
        UpstreamRepository repository = repository("precise");
        tags().add(repository, TAG, pointer("x", NOW), LATER);
        tags().notePull(repository.name(), TAG, NOW.plusSeconds(3599), Duration.ofHours(1));
        assertThat(found(repository).pulledAt()).isEqualTo(NOW);
        tags().notePull(repository.name(), TAG, NOW.plusSeconds(3600), Duration.ofHours(1));
        assertThat(found(repository).pulledAt()).isEqualTo(NOW.plusSeconds(3600));
        tags().notePull(repository.name(), Tag.parse("never"), NOW, Duration.ofHours(1));
        assertThat(tags().find(repository, Tag.parse("never"))).isEqualTo(Lookup.unknown());
    }

    @Test
    default void theLastFiftyMovesOfATagAreKept() {
        UpstreamRepository repository = repository("moving");
        tags().add(repository, TAG, pointer("0", NOW), LATER);
        for (int i = 1; i < 53; i++) {
            PointerMove move = move(Integer.toString(i - 1), Integer.toString(i), NOW.plusSeconds(i), By.REFRESH);
            assertThat(tags().move(repository, TAG, move)).isTrue();
        }
        List<TagMove> history = tags().history(repository.name(), TAG);
        assertThat(history).hasSize(50);
        assertThat(history.get(0)).isEqualTo(new TagMove(digest("52"), NOW.plusSeconds(52), By.REFRESH));
        assertThat(history.get(49)).isEqualTo(new TagMove(digest("3"), NOW.plusSeconds(3), By.REFRESH));
    }

    @Test
    default void anAbsenceNeverReplacesWhatIsHeldAndATouchNeverMovesATag() {
        UpstreamRepository repository = repository("index");
        tags().rememberAbsence(repository, TAG, LATER);
        assertThat(tags().find(repository, TAG).isAbsentAt(NOW)).isTrue();
        assertThat(tags().list(repository, Optional.empty(), 10)).isEmpty();
        assertThat(tags().move(repository, TAG, move("x", "y", NOW, By.PULL))).isFalse();
        assertThat(tags().add(repository, TAG, pointer("x", NOW), LATER)).isTrue();
        assertThat(tags().add(repository, TAG, pointer("y", NOW), LATER)).isFalse();
        assertThat(tags().history(repository.name(), TAG)).containsExactly(new TagMove(digest("x"), NOW, By.PULL));
        tags().rememberAbsence(repository, TAG, LATER);
        TagStanding gone = new TagStanding(LATER, LATER, Optional.of(LATER), Optional.empty());
        tags().touch(repository, TAG, digest("other"), gone);
        assertThat(found(repository)).isEqualTo(pointer("x", NOW));
        tags().touch(repository, TAG, digest("x"), gone);
        assertThat(found(repository).goneSince()).contains(LATER);
        tags().touch(
                        repository,
                        TAG,
                        digest("x"),
                        new TagStanding(LATER, LATER, Optional.empty(), Optional.of(digest("y"))));
        assertThat(found(repository).upstreamDigest()).contains(digest("y"));
        assertThat(found(repository).goneSince()).isEmpty();
        assertThat(tags().list(repository, Optional.empty(), 10)).containsExactly(TAG);
    }

    @Test
    default void aTagThatWasCheckedSinceUpstreamWasAskedDoesNotMove() {
        UpstreamRepository repository = repository("reverted");
        tags().add(repository, TAG, pointer("a", NOW), LATER);
        PointerMove withdrawn = move("a", "b", NOW.plusSeconds(1), By.REFRESH);
        tags().touch(
                        repository,
                        TAG,
                        digest("a"),
                        new TagStanding(NOW.plusSeconds(2), LATER, Optional.empty(), Optional.empty()));
        assertThat(tags().move(repository, TAG, withdrawn)).isFalse();
        assertThat(found(repository).digest()).isEqualTo(digest("a"));
        assertThat(tags().history(repository.name(), TAG)).hasSize(1);
    }

    @Test
    default void anEntryOfAnotherOriginIsNotCachedAndIsReplaced() {
        UpstreamRepository before = StoresContract.of("quay.io", "redirected");
        UpstreamRepository after = StoresContract.of("ghcr.io", "redirected");
        tags().add(before, TAG, pointer("theirs", NOW), LATER);
        assertThat(tags().find(after, TAG)).isEqualTo(Lookup.unknown());
        assertThat(tags().list(after, Optional.empty(), 10)).isEmpty();
        assertThat(tags().move(after, TAG, move("theirs", "ours", LATER, By.REFRESH)))
                .isFalse();
        tags().rememberAbsence(after, TAG, LATER);
        assertThat(tags().find(after, TAG).isAbsentAt(NOW)).isTrue();
        assertThat(tags().add(after, TAG, pointer("ours", LATER), LATER)).isTrue();
        assertThat(tags().find(before, TAG)).isEqualTo(Lookup.unknown());
        assertThat(found(after).digest()).isEqualTo(digest("ours"));
    }

    @Test
    default void anEntryWithoutAnOriginIsNotCachedAndIsReplaced() {
        UpstreamRepository repository = repository("old-layout");
        Key key = TableLayout.tag(repository.name(), TAG);
        table().put(Item.at(key).with("digest", digest("x").toString()).with("sizeBytes", 1));
        assertThat(tags().find(repository, TAG)).isEqualTo(Lookup.unknown());
        assertThat(tags().add(repository, TAG, pointer("new", NOW), LATER)).isTrue();
    }

    @Test
    default void tagsAreListedInOrderByThePage() {
        UpstreamRepository repository = repository("listed");
        List<String> names = List.of("a", "b", "c", "d", "e");
        names.forEach(name -> tags().add(repository, Tag.parse(name), pointer(name, NOW), LATER));
        assertThat(tags().list(repository, Optional.empty(), 2)).containsExactly(Tag.parse("a"), Tag.parse("b"));
        assertThat(tags().list(repository, Optional.of(Tag.parse("b")), 9))
                .containsExactly(Tag.parse("c"), Tag.parse("d"), Tag.parse("e"));
    }

    @Test
    default void anItemThatIsNotATagEndsNoTick() {
        UpstreamRepository repository = repository("due");
        Instant due = NOW.minus(Duration.ofDays(365));
        tags().add(repository, TAG, pointer("x", NOW), due);
        for (char shard : TableLayout.DUE_SHARDS.toCharArray()) {
            table().put(Item.at(new Key("R#No/Name", "T#" + shard))
                    .with("dueShard", "" + shard)
                    .with("dueTime", 1)
                    .with("dueAt", 1));
        }
        assertThat(dueBy(due)).containsExactly(new DueTag(repository.name(), TAG, due));
        tags().unschedule(repository.name(), TAG, due.minusSeconds(1));
        assertThat(dueBy(due)).hasSize(1);
        tags().unschedule(repository.name(), TAG, due);
        assertThat(dueBy(due)).isEmpty();
    }

    private List<DueTag> dueBy(Instant now) {
        List<DueTag> found = new ArrayList<>();
        new TableDueTags(table()).due(now, () -> {}).forEachRemaining(found::add);
        return found;
    }

    /** Long before all other tests' tags are due. */
    Instant DAY_0 = Instant.parse("2001-01-01T00:00:00Z");

    /** A tag is due each five hours of a day and a half. What is done by then; what comes up at 35 hours, in this order. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PT-24H  | 0 5 10 15 20 25 30 35
            PT10H   | 0 5 10 15 20 25 30 35
            PT19H   | 20 0 25 5 30 10 35
            PT21H1M | 0 25 5 30 10 35
            PT30H   | 30 10 35
            PT35H   | 35
            PT48H   | 35
            """)
    default void tagsComeUpFromAnHourBeforeWhatIsDoneOnAndOnceADay(Duration done, String expected) {
        UpstreamRepository repository = repository("comes-up-" + done.toSeconds());
        for (int hours = 0; hours < 40; hours += 5) {
            Tag tag = Tag.parse(String.valueOf(hours));
            tags().add(repository, tag, pointer("x", NOW), DAY_0.plus(Duration.ofHours(hours)));
        }
        new TableDueTags(table()).rememberDone(DAY_0.plus(done));
        List<DueTag> found = dueBy(DAY_0.plus(Duration.ofHours(35)).plusSeconds(59));
        new TableDueTags(table()).rememberDone(Instant.EPOCH);
        dueBy(NOW).forEach(tag -> tags().unschedule(tag.repository(), tag.tag(), NOW));
        assertThat(found.stream().map(tag -> tag.tag().value())).containsExactly(expected.split(" "));
        assertThat(found).allMatch(tag -> tag.dueAt()
                .equals(DAY_0.plus(Duration.ofHours(Integer.parseInt(tag.tag().value())))));
    }

    @Test
    default void aTagIsReadEventually() {
        UpstreamRepository repository = repository("eventually");
        assertThat(tags().findEventually(repository, TAG)).isEqualTo(Lookup.unknown());
        tags().add(repository, TAG, pointer("x", NOW), LATER);
        assertThat(tags().findEventually(repository, TAG)).isEqualTo(tags().find(repository, TAG));
    }
}
