package dev.weir.table;

import static dev.weir.table.TableLayout.ABSENT_UNTIL;
import static dev.weir.table.TableLayout.DIGEST;
import static dev.weir.table.TableLayout.MEDIA_TYPE;
import static dev.weir.table.TableLayout.ORIGIN;
import static dev.weir.table.TableLayout.SIZE_BYTES;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.rules.Origin;
import dev.weir.rules.Repository;
import dev.weir.store.Lookup;
import java.time.Instant;
import java.util.function.Function;

/** What the entries of tags, manifests and blobs have in common: an origin, and the negative entry in their place. */
final class HeldEntry {
    private HeldEntry() {}

    /** The entry, or the negative entry; nothing when it came from another origin than the repository has today. */
    static <T> Lookup<T> lookup(Item item, Repository repository, Function<Item, T> parse) {
        if (!isFrom(item, repository.origin())) {
            return Lookup.unknown();
        }
        return item.has(ABSENT_UNTIL) ? Lookup.absent(item.instant(ABSENT_UNTIL)) : Lookup.found(parse.apply(item));
    }

    static boolean isFrom(Item item, Origin origin) {
        return item.findString(ORIGIN).filter(origin.value()::equals).isPresent();
    }

    static Descriptor descriptor(Item item) {
        return new Descriptor(
                MediaType.parse(item.string(MEDIA_TYPE)), Digest.parse(item.string(DIGEST)), item.number(SIZE_BYTES));
    }

    static Item with(Item item, Descriptor descriptor, Repository repository) {
        return item.with(DIGEST, descriptor.digest().toString())
                .with(MEDIA_TYPE, descriptor.mediaType().value())
                .with(SIZE_BYTES, descriptor.sizeBytes())
                .with(ORIGIN, repository.origin().value());
    }

    static Update set(Update update, Descriptor descriptor) {
        return update.set(DIGEST, descriptor.digest().toString())
                .set(MEDIA_TYPE, descriptor.mediaType().value())
                .set(SIZE_BYTES, descriptor.sizeBytes());
    }

    static Item absent(Key key, Repository repository, Instant until) {
        return Item.at(key)
                .with(ABSENT_UNTIL, until)
                .with(ORIGIN, repository.origin().value())
                .expiring(until);
    }
}
