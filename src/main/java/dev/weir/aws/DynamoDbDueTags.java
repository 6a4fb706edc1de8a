package dev.weir.aws;

import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.store.DueTag;
import dev.weir.store.DueTags;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** The index of due tags, its shards merged by time. Shape: {@link TableKeys}. Eventually consistent, as any such index is. */
public final class DynamoDbDueTags implements DueTags {
    private static final Logger LOG = System.getLogger(DynamoDbDueTags.class.getName());

    private final DynamoDbTable table;

    public DynamoDbDueTags(DynamoDbTable table) {
        this.table = table;
    }

    @Override
    public Iterator<DueTag> due(Instant now) {
        PriorityQueue<Shard> shards =
                new PriorityQueue<>(Comparator.comparing(shard -> shard.head().dueAt()));
        TableKeys.DUE_SHARDS.chars().forEach(shard -> take(shards, table.due((char) shard, now)));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !shards.isEmpty();
            }

            @Override
            public DueTag next() {
                Shard oldest = shards.poll();
                if (oldest == null) {
                    throw new NoSuchElementException();
                }
                take(shards, oldest.rest());
                return oldest.head();
            }
        };
    }

    private record Shard(DueTag head, Iterator<Item> rest) {}

    private static void take(PriorityQueue<Shard> shards, Iterator<Item> rest) {
        while (rest.hasNext()) {
            Item item = rest.next();
            try {
                shards.add(new Shard(
                        new DueTag(
                                RepositoryName.parse(
                                        item.string(TableKeys.PK).substring(TableKeys.REPOSITORY_PREFIX.length())),
                                Tag.parse(item.string(TableKeys.SK).substring(TableKeys.TAG_PREFIX.length())),
                                item.instant(TableKeys.DUE_AT)),
                        rest));
                return;
            } catch (RegistryException | IllegalStateException | IndexOutOfBoundsException e) {
                // One item that somebody else wrote must not end every tick.
                LOG.log(Level.ERROR, "no tag, left out: {0}: {1}", item.attributes(), e.getMessage());
            }
        }
    }
}
