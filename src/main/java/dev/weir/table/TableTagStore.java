package dev.weir.table;

import static dev.weir.table.TableLayout.CHECKED_AT;
import static dev.weir.table.TableLayout.DIGEST;
import static dev.weir.table.TableLayout.GONE_SINCE;
import static dev.weir.table.TableLayout.HELD;
import static dev.weir.table.TableLayout.MOVED_AT;
import static dev.weir.table.TableLayout.ORIGIN;
import static dev.weir.table.TableLayout.PULLED_AT;
import static dev.weir.table.TableLayout.UPSTREAM_DIGEST;
import static dev.weir.table.TableLayout.comesFrom;
import static dev.weir.table.TableLayout.isNotHeldFrom;
import static dev.weir.table.TableLayout.isUnsetOrAtMost;
import static dev.weir.table.TableLayout.pointsAt;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import dev.weir.store.PointerMove;
import dev.weir.store.TagMove;
import dev.weir.store.TagStanding;
import dev.weir.store.TagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The tags in the table. Shape: {@link TableLayout}, {@code T#} and {@code H#}. */
public final class TableTagStore implements TagStore {
    private final Table table;
    private final TableRepositoryLinks links;

    /** @param links in the same table */
    public TableTagStore(Table table, TableRepositoryLinks links) {
        this.table = table;
        this.links = links;
    }

    @Override
    public Lookup<CachedTag> find(Repository repository, Tag tag) {
        return find(repository, tag, Consistency.STRONG);
    }

    @Override
    public Lookup<CachedTag> findEventually(Repository repository, Tag tag) {
        return find(repository, tag, Consistency.EVENTUAL);
    }

    private Lookup<CachedTag> find(Repository repository, Tag tag, Consistency consistency) {
        return table.find(TableLayout.tag(repository.name(), tag), consistency)
                .map(item -> HeldEntry.lookup(item, repository, TableTagStore::tag))
                .orElse(Lookup.unknown());
    }

    static CachedTag tag(Item item) {
        return new CachedTag(
                HeldEntry.descriptor(item),
                item.instant(MOVED_AT),
                item.instant(CHECKED_AT),
                item.findInstant(PULLED_AT).orElseGet(() -> item.instant(CHECKED_AT)),
                item.findInstant(GONE_SINCE),
                item.findString(UPSTREAM_DIGEST).map(Digest::parse));
    }

    @Override
    public boolean add(Repository repository, Tag tag, CachedTag pointer, Instant dueAt) {
        return table.transact(additions(repository, tag, pointer, dueAt));
    }

    @Override
    public boolean addLinked(
            Repository repository, Tag tag, CachedManifest manifest, CachedTag pointer, Instant dueAt) {
        List<Write> writes = new ArrayList<>(links.linking(repository, manifest));
        writes.addAll(additions(repository, tag, pointer, dueAt));
        return table.transact(writes);
    }

    private static List<Write> additions(Repository repository, Tag tag, CachedTag pointer, Instant dueAt) {
        Item item = HeldEntry.with(Item.at(TableLayout.tag(repository.name(), tag)), pointer.manifest(), repository)
                .with(MOVED_AT, pointer.movedAt())
                .with(CHECKED_AT, pointer.checkedAt())
                .with(PULLED_AT, pointer.pulledAt());
        TagMove move = new TagMove(pointer.digest(), pointer.movedAt(), TagMove.By.PULL);
        return List.of(
                new Write.Put(DueEntry.with(item, repository.name(), tag, dueAt), isNotHeldFrom(repository.origin())),
                history(repository.name(), tag, move));
    }

    @Override
    public boolean move(Repository repository, Tag tag, PointerMove move) {
        CachedTag to = move.to();
        Update due = DueEntry.set(Update.none(), repository.name(), tag, move.dueAt());
        Update update = HeldEntry.set(due, to.manifest())
                .set(MOVED_AT, to.movedAt())
                .set(CHECKED_AT, to.checkedAt())
                .remove(GONE_SINCE)
                .remove(UPSTREAM_DIGEST);
        if (move.by() == TagMove.By.PULL) {
            update = update.set(PULLED_AT, to.pulledAt());
        }
        Condition unchanged = pointsAt(move.from())
                .and(comesFrom(repository.origin()))
                .and(Condition.atMost(CHECKED_AT, move.resolvedAt()));
        return table.transact(List.of(
                new Write.Change(TableLayout.tag(repository.name(), tag), update, unchanged),
                history(repository.name(), tag, new TagMove(to.digest(), to.movedAt(), move.by()))));
    }

    static Write history(RepositoryName repository, Tag tag, TagMove move) {
        Item item = Item.at(TableLayout.history(repository, tag, move))
                .with(DIGEST, move.digest().toString())
                .with(TableLayout.AT, move.at())
                .with(TableLayout.BY, move.by().name());
        return new Write.Put(item, Condition.always());
    }

    @Override
    public void touch(Repository repository, Tag tag, Digest digest, TagStanding standing) {
        Update update = DueEntry.set(Update.none(), repository.name(), tag, standing.dueAt())
                .set(CHECKED_AT, standing.checkedAt())
                .setOrRemove(GONE_SINCE, standing.goneSince().map(Value::of))
                .setOrRemove(
                        UPSTREAM_DIGEST,
                        standing.upstreamDigest().map(Digest::toString).map(Value::of));
        table.update(
                TableLayout.tag(repository.name(), tag),
                update,
                pointsAt(digest).and(comesFrom(repository.origin())));
    }

    @Override
    public void schedule(RepositoryName repository, Tag tag, Instant dueAt) {
        table.update(TableLayout.tag(repository, tag), DueEntry.set(Update.none(), repository, tag, dueAt), HELD);
    }

    @Override
    public void unschedule(RepositoryName repository, Tag tag, Instant now) {
        table.update(TableLayout.tag(repository, tag), DueEntry.removed(), TableLayout.isDueAt(now));
    }

    @Override
    public void notePull(RepositoryName repository, Tag tag, Instant now, Duration precision) {
        BestEffort.run(
                "note of a pull of " + repository + ":" + tag,
                () -> table.update(
                        TableLayout.tag(repository, tag),
                        Update.none().set(PULLED_AT, now),
                        HELD.and(isUnsetOrAtMost(PULLED_AT, now.minus(precision)))));
    }

    @Override
    public void rememberAbsence(Repository repository, Tag tag, Instant until) {
        BestEffort.run(
                "negative cache entry of " + repository + ":" + tag,
                () -> table.putIf(
                        HeldEntry.absent(TableLayout.tag(repository.name(), tag), repository, until),
                        isNotHeldFrom(repository.origin())));
    }

    @Override
    public List<TagMove> history(RepositoryName repository, Tag tag, int limit) {
        Query latestFirst = Query.of(TableLayout.partition(repository))
                .startingWith(TableLayout.historyPrefix(tag))
                .limit(limit);
        return table.query(latestFirst).items().stream()
                .map(item -> new TagMove(
                        Digest.parse(item.string(DIGEST)),
                        item.instant(TableLayout.AT),
                        TagMove.By.valueOf(item.string(TableLayout.BY))))
                .toList();
    }

    @Override
    public List<Tag> list(Repository repository, Optional<Tag> last, int limit) {
        Query query = Query.of(TableLayout.partition(repository.name()))
                .startingWith(TableLayout.TAG_PREFIX)
                .only(DIGEST, ORIGIN);
        if (last.isPresent()) {
            query = query.after(TableLayout.TAG_PREFIX + last.get());
        }
        List<Tag> tags = new ArrayList<>();
        Iterator<Item> items = table.iterate(query);
        while (tags.size() < limit && items.hasNext()) {
            Item item = items.next();
            if (item.has(DIGEST) && HeldEntry.isFrom(item, repository.origin())) {
                tags.add(TableLayout.tagOf(item.key()));
            }
        }
        return tags;
    }
}
