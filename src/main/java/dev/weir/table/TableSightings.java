package dev.weir.table;

import static dev.weir.table.TableLayout.AT;
import static dev.weir.table.TableLayout.DIGEST;
import static dev.weir.table.TableLayout.ORIGIN;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestLinks;
import dev.weir.oci.Platform;
import dev.weir.rules.Repository;
import dev.weir.store.Sightings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * First sightings and what names what, in the table. Shape: {@link TableLayout}, {@code D#} and {@code I#}.
 *
 * <p>A sighting never changes once it is there, so each process keeps those that it has read.
 */
public final class TableSightings implements Sightings {
    private static final int MAX_REMEMBERED = 50_000;
    /** More than any image has; what a manifest names beyond is held until another names it. */
    private static final int MAX_LINKS = 1_000;

    private static final String OS = "os";
    private static final String ARCHITECTURE = "architecture";
    private static final String VARIANT = "variant";

    private final Table table;
    private final Cache<Seen, Instant> seen =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
    private final Cache<Seen, Boolean> linked =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    /** A digest in a repository of one origin. */
    private record Seen(Key key, String origin) {}

    public TableSightings(Table table) {
        this.table = table;
    }

    @Override
    public void note(Repository repository, Digest digest, Instant now) {
        Seen name = seen(repository, digest);
        if (seen.getIfPresent(name) == null) {
            BestEffort.run("note that " + repository + "@" + digest + " was seen", () -> putIfFirst(name, now));
        }
    }

    private boolean putIfFirst(Seen name, Instant now) {
        Item item = Item.at(name.key()).with(AT, now).with(ORIGIN, name.origin());
        boolean isFirst = table.putIf(item, Condition.absent(ORIGIN).or(Condition.notEqualTo(ORIGIN, name.origin())));
        if (isFirst) {
            seen.put(name, now);
        }
        return isFirst;
    }

    @Override
    public Instant firstSeen(Repository repository, Digest digest, Instant now) {
        Seen name = seen(repository, digest);
        Instant known = seen.getIfPresent(name);
        if (known != null) {
            return known;
        }
        Optional<Instant> recorded = table.find(name.key(), Consistency.STRONG)
                .filter(item ->
                        item.findString(ORIGIN).filter(name.origin()::equals).isPresent())
                .map(item -> item.instant(AT));
        // Of what an earlier version cached, the link to the repository tells.
        Instant first = recorded.or(() -> linkedAt(repository, digest)).orElse(now);
        if (recorded.isEmpty()) {
            note(repository, digest, first);
        }
        seen.put(name, first);
        return first;
    }

    private Optional<Instant> linkedAt(Repository repository, Digest digest) {
        return table.find(TableLayout.manifest(repository.name(), digest), Consistency.STRONG)
                .filter(item -> HeldEntry.isFrom(item, repository.origin()))
                .flatMap(item -> item.findInstant(TableLayout.LINKED_AT));
    }

    @Override
    public void link(Repository repository, Manifest parent, Instant now) {
        Seen name = seen(repository, parent.digest());
        if (linked.getIfPresent(name) != null) {
            return;
        }
        List<Write> writes = links(repository, parent, firstSeen(repository, parent.digest(), now));
        boolean isThere = !writes.isEmpty()
                && table.find(writes.get(0).key(), Consistency.EVENTUAL).isPresent();
        for (int i = writes.size(); !isThere && i > 0; i -= Table.MAX_TRANSACTION) {
            // The first link is written last: where it is, all are.
            table.transact(writes.subList(Math.max(0, i - Table.MAX_TRANSACTION), i));
        }
        linked.put(name, true);
    }

    private static List<Write> links(Repository repository, Manifest parent, Instant firstSeen) {
        ManifestLinks links = parent.links();
        return Stream.concat(links.manifests().stream(), links.blobs().stream())
                .map(Descriptor::digest)
                .distinct()
                .limit(MAX_LINKS)
                .<Write>map(child -> new Write.Put(
                        withPlatform(
                                Item.at(AccessKeys.parent(repository.name(), child, parent.digest(), firstSeen))
                                        .with(DIGEST, parent.digest().toString())
                                        .with(AT, firstSeen)
                                        .with(ORIGIN, repository.origin().value()),
                                Optional.ofNullable(links.platforms().get(child))),
                        Condition.always()))
                .toList();
    }

    private static Item withPlatform(Item item, Optional<Platform> platform) {
        return item.withIfPresent(OS, platform.map(Platform::os).map(Value::of))
                .withIfPresent(
                        ARCHITECTURE, platform.map(Platform::architecture).map(Value::of))
                .withIfPresent(
                        VARIANT,
                        platform.map(Platform::variant)
                                .filter(variant -> !variant.isEmpty())
                                .map(Value::of));
    }

    @Override
    public List<Parent> parents(Repository repository, Digest digest) {
        Query query = Query.of(TableLayout.partition(repository.name()))
                .startingWith(AccessKeys.parentPrefix(digest))
                .limit(MAX_PARENTS);
        List<Parent> parents = new ArrayList<>();
        for (Item item : table.query(query).items()) {
            if (HeldEntry.isFrom(item, repository.origin())) {
                parents.add(new Parent(Digest.parse(item.string(DIGEST)), item.instant(AT), platform(item)));
            }
        }
        return parents;
    }

    private static Optional<Platform> platform(Item item) {
        return item.findString(OS)
                .map(os -> new Platform(
                        os, item.string(ARCHITECTURE), item.findString(VARIANT).orElse("")));
    }

    private static Seen seen(Repository repository, Digest digest) {
        return new Seen(
                AccessKeys.sighting(repository.name(), digest),
                repository.origin().value());
    }
}
