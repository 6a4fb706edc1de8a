package dev.weir.table;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.time.Instant;

/** When a tag is due for a check, in its item and in the index. Shape: {@link TableLayout#DUE_INDEX}. */
final class DueEntry {
    private DueEntry() {}

    static Item with(Item item, RepositoryName repository, Tag tag, Instant dueAt) {
        return item.with(TableLayout.DUE_SHARD, TableLayout.dueShard(repository, tag))
                .with(TableLayout.DUE_TIME, TimesOfDay.of(dueAt))
                .with(TableLayout.DUE_AT, dueAt);
    }

    static Update set(Update update, RepositoryName repository, Tag tag, Instant dueAt) {
        return update.set(TableLayout.DUE_SHARD, TableLayout.dueShard(repository, tag))
                .set(TableLayout.DUE_TIME, TimesOfDay.of(dueAt))
                .set(TableLayout.DUE_AT, dueAt);
    }

    /** Takes the tag out of the index. */
    static Update removed() {
        return Update.none()
                .remove(TableLayout.DUE_SHARD)
                .remove(TableLayout.DUE_TIME)
                .remove(TableLayout.DUE_AT);
    }
}
