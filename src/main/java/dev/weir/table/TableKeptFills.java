package dev.weir.table;

import dev.weir.lease.LeaseName;
import dev.weir.oci.Digest;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.KeptFill;
import dev.weir.store.KeptFills;
import dev.weir.store.KeptUpload;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;

/** The fills to be gone on with in the table, each beside the lease on its blob. Shape: {@link TableLayout}, {@code L#}, {@code FILL}. */
public final class TableKeptFills implements KeptFills {
    private static final String UPLOAD_ID = "uploadId";
    private static final String PART_BYTES = "partBytes";
    private static final String OFFSET = "offset";
    private static final String HASH_STATE = "hashState";
    /** Of what S3 calls an upload, and of a hash: far more than either takes. */
    private static final int MAX_ID = 2_000;

    private static final int MAX_STATE_BYTES = 1_000;

    private final Table table;
    private final Clock clock;

    public TableKeptFills(Table table, Clock clock) {
        this.table = table;
        this.clock = clock;
    }

    private static Key key(UpstreamRepository repository, Digest digest) {
        return TableLayout.keptFill(LeaseName.ofBlob(repository, digest).value());
    }

    @Override
    public Optional<KeptFill> find(UpstreamRepository repository, Digest digest) {
        Optional<Item> item = BestEffort.get(
                "looking for a kept fill of " + digest,
                Optional.empty(),
                () -> table.find(key(repository, digest), Consistency.STRONG));
        return item.filter(kept -> HeldEntry.isFrom(kept, repository.origin()))
                .filter(kept -> clock.instant().getEpochSecond() < kept.number(TableLayout.EXPIRES_AT))
                .map(TableKeptFills::fill);
    }

    private static KeptFill fill(Item item) {
        KeptUpload upload =
                new KeptUpload(item.string(UPLOAD_ID), Math.toIntExact(item.number(PART_BYTES)), item.number(OFFSET));
        OptionalLong size =
                item.findNumber(TableLayout.SIZE_BYTES).map(OptionalLong::of).orElseGet(OptionalLong::empty);
        return new KeptFill(upload, size, item.bytes(HASH_STATE));
    }

    @Override
    public void keep(UpstreamRepository repository, Digest digest, KeptFill fill) {
        if (fill.upload().id().length() > MAX_ID || fill.hashState().length > MAX_STATE_BYTES) {
            throw new IllegalArgumentException("a kept fill of " + digest + " is too large for its entry");
        }
        Optional<Value> size = fill.sizeBytes().isPresent()
                ? Optional.of(Value.of(fill.sizeBytes().getAsLong()))
                : Optional.empty();
        Item item = Item.at(key(repository, digest))
                .with(TableLayout.ORIGIN, repository.origin().value())
                .with(UPLOAD_ID, fill.upload().id())
                .with(PART_BYTES, fill.upload().partSizeBytes())
                .with(OFFSET, fill.upload().offset())
                .with(HASH_STATE, fill.hashState())
                .withIfPresent(TableLayout.SIZE_BYTES, size)
                .expiring(clock.instant().plus(KEPT));
        BestEffort.run("keeping the fill of " + digest, () -> table.put(item));
    }

    @Override
    public void forget(UpstreamRepository repository, Digest digest) {
        BestEffort.run("forgetting the fill of " + digest, () -> table.delete(key(repository, digest)));
    }
}
