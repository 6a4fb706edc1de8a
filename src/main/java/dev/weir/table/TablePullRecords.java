package dev.weir.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.Digest;
import dev.weir.rules.Repository;
import dev.weir.store.PullRecords;
import dev.weir.time.SideThreads;
import java.time.Duration;
import java.time.Instant;

/**
 * Who pulled what, in the table, written beside the pull. A function that is frozen meanwhile writes on at its next call.
 *
 * <p>Shape: {@link TableLayout}, {@code W#}.
 */
public final class TablePullRecords implements PullRecords {
    private static final Duration PRECISION = Duration.ofHours(1);
    private static final int MAX_REMEMBERED = 50_000;

    private final Table table;
    private final SideThreads side;
    /** What this process has noted, so that a pull costs no write that would change nothing. */
    private final Cache<Key, Instant> noted =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    public TablePullRecords(Table table, SideThreads side) {
        this.table = table;
        this.side = side;
    }

    @Override
    public void note(Repository repository, Digest digest, String principal, Instant now) {
        Key key = AccessKeys.pull(repository.name(), digest, principal);
        Instant last = noted.getIfPresent(key);
        if (last != null && now.isBefore(last.plus(PRECISION))) {
            return;
        }
        noted.put(key, now);
        side.begin(() -> BestEffort.run("note of a pull of " + repository + "@" + digest, () -> write(key, now)));
    }

    private boolean write(Key key, Instant now) {
        return table.update(
                key,
                Update.none().set(TableLayout.PULLED_AT, now),
                TableLayout.isUnsetOrAtMost(TableLayout.PULLED_AT, now.minus(PRECISION)));
    }
}
