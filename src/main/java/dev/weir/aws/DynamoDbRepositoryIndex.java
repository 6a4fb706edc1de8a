package dev.weir.aws;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.store.CachedManifest;
import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryIndex;
import dev.weir.store.TagMove;
import dev.weir.store.TagStanding;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The repository index in DynamoDB. Shape: {@link TableKeys}. */
public final class DynamoDbRepositoryIndex implements RepositoryIndex {
    private static final Logger LOG = System.getLogger(DynamoDbRepositoryIndex.class.getName());

    /** Unless the move brings them. */
    private static final List<String> GONE_WITH_A_MOVE = List.of("manifest", "goneSince", "upstreamDigest");

    private final DynamoDbTable table;

    public DynamoDbRepositoryIndex(DynamoDbTable table) {
        this.table = table;
    }

    @Override
    public Lookup<CachedTag> tag(RepositoryName repository, Tag tag) {
        return lookup(
                TableKeys.tag(repository, tag),
                item -> new CachedTag(
                        ManifestItem.manifest(item),
                        item.instant("movedAt"),
                        item.instant("checkedAt"),
                        item.findInstant("pulledAt").orElseGet(() -> item.instant("checkedAt")),
                        item.findInstant("goneSince"),
                        item.findString("upstreamDigest").map(Digest::parse)));
    }

    @Override
    public Lookup<CachedManifest> manifest(RepositoryName repository, Digest digest) {
        return lookup(TableKeys.manifest(repository, digest), ManifestItem::manifest);
    }

    @Override
    public Lookup<Long> blob(RepositoryName repository, Digest digest) {
        return lookup(TableKeys.blob(repository, digest), item -> item.number("sizeBytes"));
    }

    private <T> Lookup<T> lookup(Map<String, AttributeValue> key, Function<Item, T> parse) {
        Optional<Item> item = table.find(key);
        if (item.isEmpty()) {
            return Lookup.unknown();
        }
        return item.get().has("absentUntil")
                ? Lookup.absent(item.get().instant("absentUntil"))
                : Lookup.found(parse.apply(item.get()));
    }

    @Override
    public void putManifest(RepositoryName repository, CachedManifest manifest) {
        Digest digest = manifest.descriptor().digest();
        table.put(ManifestItem.with(Item.with(TableKeys.manifest(repository, digest)), manifest));
        table.put(Item.with(TableKeys.catalog(repository)));
    }

    @Override
    public boolean putTag(
            RepositoryName repository, Tag tag, CachedTag to, Instant dueAt, Optional<Digest> from, TagMove.By by) {
        Item pointer = ManifestItem.with(Item.with(TableKeys.tag(repository, tag)), to.manifest())
                .put("movedAt", to.movedAt())
                .put("checkedAt", to.checkedAt())
                .put("pulledAt", to.pulledAt())
                .put(TableKeys.DUE_SHARD, TableKeys.dueShard(repository, tag))
                .put(TableKeys.DUE_AT, dueAt);
        TagMove move = new TagMove(to.manifest().descriptor().digest(), to.movedAt(), by);
        Item history = TagHistory.item(
                TableKeys.history(repository, tag),
                Stream.concat(Stream.of(move), history(repository, tag).stream())
                        .limit(MAX_HISTORY)
                        .toList());
        if (by == TagMove.By.REFRESH) {
            pointer.attributes().remove("pulledAt");
        }
        return from.isPresent()
                ? table.updateAndPutIf(
                        pointer,
                        GONE_WITH_A_MOVE,
                        "digest = :from",
                        Map.of(":from", AttributeValue.fromS(from.get().toString())),
                        history)
                : table.putBothIf(pointer, "attribute_not_exists(sizeBytes)", Map.of(), history);
    }

    @Override
    public List<TagMove> history(RepositoryName repository, Tag tag) {
        return table.find(TableKeys.history(repository, tag))
                .map(TagHistory::moves)
                .orElse(List.of());
    }

    @Override
    public void touch(RepositoryName repository, Tag tag, Digest digest, TagStanding standing) {
        Item values = new Item(new HashMap<>())
                .put(":digest", digest.toString())
                .put(":checkedAt", standing.checkedAt())
                .put(":dueShard", TableKeys.dueShard(repository, tag))
                .put(":dueAt", standing.dueAt());
        StringBuilder set = new StringBuilder("SET checkedAt = :checkedAt, dueShard = :dueShard, dueAt = :dueAt");
        StringBuilder remove = new StringBuilder();
        standing.goneSince()
                .ifPresentOrElse(
                        since -> {
                            values.put(":goneSince", since);
                            set.append(", goneSince = :goneSince");
                        },
                        () -> remove.append(" REMOVE goneSince"));
        standing.upstreamDigest()
                .ifPresentOrElse(
                        upstream -> {
                            values.put(":upstreamDigest", upstream.toString());
                            set.append(", upstreamDigest = :upstreamDigest");
                        },
                        () -> remove.append(remove.isEmpty() ? " REMOVE " : ", ")
                                .append("upstreamDigest"));
        table.updateIf(
                TableKeys.tag(repository, tag), set.append(remove).toString(), "digest = :digest", values.attributes());
    }

    @Override
    public void due(RepositoryName repository, Tag tag, Instant dueAt) {
        Item values = new Item(new HashMap<>())
                .put(":dueShard", TableKeys.dueShard(repository, tag))
                .put(":dueAt", dueAt);
        table.updateIf(
                TableKeys.tag(repository, tag),
                "SET dueShard = :dueShard, dueAt = :dueAt",
                "attribute_exists(sizeBytes)",
                values.attributes());
    }

    @Override
    public void notDue(RepositoryName repository, Tag tag, Instant now) {
        table.updateIf(
                TableKeys.tag(repository, tag),
                "REMOVE dueShard, dueAt",
                "dueAt <= :now",
                new Item(new HashMap<>()).put(":now", now).attributes());
    }

    @Override
    public void pulled(RepositoryName repository, Tag tag, Instant now, Duration precision) {
        Item values = new Item(new HashMap<>()).put(":now", now).put(":before", now.minus(precision));
        try {
            table.updateIf(
                    TableKeys.tag(repository, tag),
                    "SET pulledAt = :now",
                    "attribute_exists(sizeBytes) AND (attribute_not_exists(pulledAt) OR pulledAt <= :before)",
                    values.attributes());
        } catch (SdkException e) {
            LOG.log(Level.WARNING, "pull of {0}:{1} was not noted: {2}", repository, tag, e.getMessage());
        }
    }

    @Override
    public void putBlob(RepositoryName repository, Digest digest, long sizeBytes) {
        table.put(Item.with(TableKeys.blob(repository, digest)).put("sizeBytes", sizeBytes));
    }

    @Override
    public void putManifestAbsent(RepositoryName repository, Reference reference, Instant until) {
        putAbsent(
                reference instanceof Tag tag
                        ? TableKeys.tag(repository, tag)
                        : TableKeys.manifest(repository, (Digest) reference),
                until);
    }

    @Override
    public void putBlobAbsent(RepositoryName repository, Digest digest, Instant until) {
        putAbsent(TableKeys.blob(repository, digest), until);
    }

    private void putAbsent(Map<String, AttributeValue> key, Instant until) {
        Item item = Item.with(key).put("absentUntil", until).expiring(until);
        table.putIf(item, "attribute_not_exists(sizeBytes)", Map.of(), Map.of());
    }

    @Override
    public Optional<Manifest> referrers(RepositoryName repository, Digest digest) {
        return table.find(TableKeys.referrers(repository, digest))
                .flatMap(item -> item.findBytes("manifest"))
                .map(bytes -> new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes));
    }

    @Override
    public void putReferrers(RepositoryName repository, Digest digest, Manifest index, Instant until) {
        if (index.bytes().length <= CachedManifest.MAX_INLINE_BYTES) {
            table.put(Item.with(TableKeys.referrers(repository, digest))
                    .put("manifest", index.bytes())
                    .expiring(until));
        }
    }

    @Override
    public List<Tag> tags(RepositoryName repository) {
        Map<String, AttributeValue> values = Map.of(":tags", AttributeValue.fromS(TableKeys.TAG_PREFIX));
        return table
                .query(TableKeys.partition(repository), " AND begins_with(sk, :tags)", values, Integer.MAX_VALUE)
                .stream()
                .filter(item -> item.has("digest"))
                .map(item -> Tag.parse(item.string(TableKeys.SK).substring(TableKeys.TAG_PREFIX.length())))
                .toList();
    }

    @Override
    public List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        Map<String, AttributeValue> values = last.map(name -> Map.of(":last", AttributeValue.fromS(name.value())))
                .orElse(Map.of());
        return table.query(TableKeys.CATALOG, last.isPresent() ? " AND sk > :last" : "", values, limit).stream()
                .map(item -> RepositoryName.parse(item.string(TableKeys.SK)))
                .toList();
    }
}
