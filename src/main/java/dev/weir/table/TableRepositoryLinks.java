package dev.weir.table;

import static dev.weir.table.TableLayout.LINKED_AT;
import static dev.weir.table.TableLayout.MANIFEST;
import static dev.weir.table.TableLayout.ORIGIN;
import static dev.weir.table.TableLayout.SIZE_BYTES;
import static dev.weir.table.TableLayout.comesFrom;
import static dev.weir.table.TableLayout.isNotHeldFrom;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.store.CachedManifest;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import dev.weir.store.Sightings;
import dev.weir.time.WallClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The links of repositories to manifests and blobs in the table. Shape: {@link TableLayout}, {@code M#}, {@code B#} and {@code S#}.
 *
 * <p>A link never changes once it is there, so it is read eventually consistent first, and strongly only when it isn't found so.
 */
public final class TableRepositoryLinks implements RepositoryLinks {
    /** What an item (400 KB) takes beside its other attributes. */
    private static final int MAX_REFERRERS_BYTES = 256 * 1024;

    private static final Duration SEEN = Duration.ofSeconds(30);
    private static final int MAX_SEEN = 10_000;

    private final Table table;
    private final Clock clock;
    private final Sightings sightings;
    private final TemplateApplication templates;

    /** Where this process looked lately; a repository may be deleted. */
    private final Cache<RepositoryName, Boolean> seenInCatalog;

    public TableRepositoryLinks(Table table, Clock clock) {
        this(table, new TableCreationTemplates(table, WallClock.tickerOf(clock)), clock);
    }

    /** @param templates of the repositories that are cached first, in the same table */
    public TableRepositoryLinks(Table table, TableCreationTemplates templates, Clock clock) {
        this.table = table;
        this.templates = new TemplateApplication(table, templates, clock);
        this.clock = clock;
        this.seenInCatalog = Caffeine.newBuilder()
                .maximumSize(MAX_SEEN)
                .expireAfterWrite(SEEN)
                .ticker(WallClock.tickerOf(clock))
                .build();
        this.sightings = new TableSightings(table);
    }

    @Override
    public Lookup<CachedManifest> manifest(Repository repository, Digest digest) {
        return find(TableLayout.manifest(repository.name(), digest), repository, item -> manifest(item, digest));
    }

    private static CachedManifest manifest(Item item, Digest digest) {
        MediaType mediaType = MediaType.parse(item.string(TableLayout.MEDIA_TYPE));
        return new CachedManifest(
                new Descriptor(mediaType, digest, item.number(SIZE_BYTES)),
                // Bytes that are not the digest's count as lost: the manifest is fetched again.
                item.findBytes(MANIFEST).filter(digest::matches).map(bytes -> new Manifest(mediaType, digest, bytes)));
    }

    @Override
    public Lookup<Long> blob(Repository repository, Digest digest) {
        return find(TableLayout.blob(repository.name(), digest), repository, item -> item.number(SIZE_BYTES));
    }

    private <T> Lookup<T> find(Key key, Repository repository, Function<Item, T> parse) {
        Lookup<T> recent = find(key, Consistency.EVENTUAL, repository, parse);
        return recent.found().isPresent() ? recent : find(key, Consistency.STRONG, repository, parse);
    }

    private <T> Lookup<T> find(Key key, Consistency consistency, Repository repository, Function<Item, T> parse) {
        return table.find(key, consistency)
                .map(item -> HeldEntry.lookup(item, repository, parse))
                .orElse(Lookup.unknown());
    }

    @Override
    public void putManifest(Repository repository, CachedManifest manifest) {
        if (table.transact(linking(repository, manifest))) {
            return;
        }
        RepositoryName name = repository.name();
        Digest digest = manifest.descriptor().digest();
        putIntoCatalog(name);
        table.put(Item.at(ResourceKeys.holder(digest, name)));
        Item item = HeldEntry.with(Item.at(TableLayout.manifest(name, digest)), manifest.descriptor(), repository)
                .withIfPresent(MANIFEST, manifest.inline().map(Manifest::bytes).map(Value::of));
        boolean isNew = table.transact(List.of(
                new Write.Put(item.with(LINKED_AT, clock.instant()), isNotHeldFrom(repository.origin())),
                new Write.Delete(TableLayout.blob(name, digest), Condition.always())));
        if (!isNew) {
            table.update(item.key(), Update.settingAllOf(item), comesFrom(repository.origin()));
        }
    }

    /**
     * What links a manifest that is not linked yet, in one transaction: false when it is linked, or when the repository is in the
     * catalog or not, in contrast to when this process looked last.
     */
    List<Write> linking(Repository repository, CachedManifest manifest) {
        RepositoryName name = repository.name();
        Digest digest = manifest.descriptor().digest();
        Item item = HeldEntry.with(Item.at(TableLayout.manifest(name, digest)), manifest.descriptor(), repository)
                .with(LINKED_AT, clock.instant())
                .withIfPresent(MANIFEST, manifest.inline().map(Manifest::bytes).map(Value::of));
        List<Write> writes = new ArrayList<>(List.of(
                new Write.Put(item, isNotHeldFrom(repository.origin())),
                new Write.Delete(TableLayout.blob(name, digest), Condition.always()),
                new Write.Put(Item.at(ResourceKeys.holder(digest, name)), Condition.always())));
        if (seenInCatalog.getIfPresent(name) == null) {
            templates.apply(name);
            writes.add(new Write.Put(
                    Item.at(TableLayout.catalog(name)).with(TableLayout.CREATED_AT, clock.instant()),
                    TableLayout.VACANT));
        }
        return writes;
    }

    /** Before the link: what is linked is always listed. */
    private void putIntoCatalog(RepositoryName name) {
        if (!isCached(name)) {
            templates.apply(name);
            table.putIf(
                    Item.at(TableLayout.catalog(name)).with(TableLayout.CREATED_AT, clock.instant()),
                    TableLayout.VACANT);
        }
    }

    @Override
    public void noteSeen(Repository repository, Digest digest) {
        sightings.note(repository, digest, clock.instant());
    }

    @Override
    public boolean isCached(RepositoryName repository) {
        boolean isCached = table.find(TableLayout.catalog(repository), Consistency.EVENTUAL)
                .isPresent();
        if (isCached) {
            seenInCatalog.put(repository, true);
        } else {
            seenInCatalog.invalidate(repository);
            templates.prepare();
        }
        return isCached;
    }

    @Override
    public void putBlob(Repository repository, Digest digest, long sizeBytes) {
        table.put(Item.at(TableLayout.blob(repository.name(), digest))
                .with(SIZE_BYTES, sizeBytes)
                .with(ORIGIN, repository.origin().value())
                .with(LINKED_AT, clock.instant()));
    }

    @Override
    public void rememberManifestAbsence(Repository repository, Digest digest, Instant until) {
        rememberAbsence(TableLayout.manifest(repository.name(), digest), repository, until);
    }

    @Override
    public void rememberBlobAbsence(Repository repository, Digest digest, Instant until) {
        rememberAbsence(TableLayout.blob(repository.name(), digest), repository, until);
    }

    private void rememberAbsence(Key key, Repository repository, Instant until) {
        BestEffort.run(
                "negative cache entry " + key,
                () -> table.putIf(HeldEntry.absent(key, repository, until), isNotHeldFrom(repository.origin())));
    }

    @Override
    public Optional<Manifest> referrers(Repository repository, Digest digest) {
        return table.find(TableLayout.referrers(repository.name(), digest), Consistency.STRONG)
                .filter(item -> HeldEntry.isFrom(item, repository.origin()))
                .flatMap(item -> item.findBytes(MANIFEST))
                .map(bytes -> new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes));
    }

    @Override
    public void putReferrers(Repository repository, Digest digest, Manifest index, Instant until) {
        if (index.bytes().length <= MAX_REFERRERS_BYTES) {
            Item item = Item.at(TableLayout.referrers(repository.name(), digest))
                    .with(MANIFEST, index.bytes())
                    .with(ORIGIN, repository.origin().value())
                    .expiring(until);
            BestEffort.run("keeping the referrers of " + repository + "@" + digest, () -> table.put(item));
        }
    }

    @Override
    public List<RepositoryName> holdersOf(Digest manifest, int limit) {
        return names(Query.of(ResourceKeys.holders(manifest)).limit(limit));
    }

    @Override
    public void putReferrer(Repository repository, Digest subject, Digest referrer) {
        table.put(Item.at(ResourceKeys.referrer(repository.name(), subject, referrer)));
    }

    @Override
    public List<Digest> referrersOf(Repository repository, Digest subject, int limit) {
        String prefix = ResourceKeys.referrerPrefix(subject);
        Query query = Query.of(TableLayout.partition(repository.name()))
                .startingWith(prefix)
                .limit(limit);
        return table.query(query).items().stream()
                .map(item -> Digest.parse(item.key().sk().substring(prefix.length())))
                .toList();
    }

    @Override
    public List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        Query all = Query.of(TableLayout.CATALOG).limit(limit);
        Query query = last.map(name -> all.after(name.value())).orElse(all);
        return names(query);
    }

    private List<RepositoryName> names(Query query) {
        return table.query(query).items().stream()
                .map(item -> RepositoryName.parse(item.key().sk()))
                .toList();
    }
}
