package dev.weir.table;

import static dev.weir.table.TableLayout.CHECKED_AT;
import static dev.weir.table.TableLayout.DIGEST;
import static dev.weir.table.TableLayout.LINKED_AT;
import static dev.weir.table.TableLayout.MEDIA_TYPE;
import static dev.weir.table.TableLayout.ORIGIN;
import static dev.weir.table.TableLayout.SIZE_BYTES;
import static dev.weir.table.TableLayout.comesFrom;
import static dev.weir.table.TableLayout.isNotHeldFrom;
import static dev.weir.table.TableLayout.pointsAt;

import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.CachedTag;
import dev.weir.store.LinkedManifest;
import dev.weir.store.RepositoryImages;
import dev.weir.store.TagMove;
import dev.weir.store.TaggedImage;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The images of repositories in the table. Shape: {@link TableLayout}, {@code T#} and {@code M#}. */
public final class TableRepositoryImages implements RepositoryImages {
    private final Table table;

    public TableRepositoryImages(Table table) {
        this.table = table;
    }

    @Override
    public List<LinkedManifest> manifests(Repository repository, Optional<Digest> last, int limit) {
        Query all = Query.of(TableLayout.partition(repository.name()))
                .startingWith(TableLayout.MANIFEST_PREFIX)
                .only(DIGEST, MEDIA_TYPE, SIZE_BYTES, ORIGIN, LINKED_AT);
        Query query = last.map(digest -> all.after(TableLayout.MANIFEST_PREFIX + digest))
                .orElse(all);
        return table.stream(query)
                .filter(item -> isHeld(item, repository))
                .map(TableRepositoryImages::manifest)
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<LinkedManifest> manifest(Repository repository, Digest digest) {
        return table.find(TableLayout.manifest(repository.name(), digest), Consistency.STRONG)
                .filter(item -> isHeld(item, repository))
                .map(TableRepositoryImages::manifest);
    }

    private static LinkedManifest manifest(Item item) {
        return new LinkedManifest(HeldEntry.descriptor(item), item.instant(LINKED_AT));
    }

    private static boolean isHeld(Item item, Repository repository) {
        return item.has(SIZE_BYTES) && HeldEntry.isFrom(item, repository.origin());
    }

    @Override
    public Iterator<TaggedImage> tags(Repository repository) {
        return table.stream(Query.of(TableLayout.partition(repository.name())).startingWith(TableLayout.TAG_PREFIX))
                .filter(item -> isHeld(item, repository))
                .map(item -> new TaggedImage(TableLayout.tagOf(item.key()), TableTagStore.tag(item)))
                .iterator();
    }

    @Override
    public boolean point(Repository repository, Tag tag, Optional<Digest> from, CachedTag to, Optional<Instant> dueAt) {
        Item pointer = HeldEntry.with(Item.at(TableLayout.tag(repository.name(), tag)), to.manifest(), repository)
                .with(TableLayout.MOVED_AT, to.movedAt())
                .with(CHECKED_AT, to.checkedAt())
                .with(TableLayout.PULLED_AT, to.pulledAt());
        Item item = dueAt.map(due -> DueEntry.with(pointer, repository.name(), tag, due))
                .orElse(pointer);
        Condition unchanged = from.map(digest -> pointsAt(digest).and(comesFrom(repository.origin())))
                .orElseGet(() -> isNotHeldFrom(repository.origin()));
        TagMove move = new TagMove(to.digest(), to.movedAt(), TagMove.By.OPERATOR);
        return table.transact(
                List.of(new Write.Put(item, unchanged), TableTagStore.history(repository.name(), tag, move)));
    }

    @Override
    public void deleteTag(Repository repository, Tag tag, Digest digest) {
        table.deleteIf(TableLayout.tag(repository.name(), tag), pointsAt(digest).and(comesFrom(repository.origin())));
    }

    @Override
    public void deleteManifest(Repository repository, Digest digest) {
        table.delete(TableLayout.manifest(repository.name(), digest));
        table.delete(ResourceKeys.holder(digest, repository.name()));
    }
}
