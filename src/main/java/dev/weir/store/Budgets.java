package dev.weir.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Port: how much each principal has brought in within the hour, counted across all processes. Errors: {@link StoreException}. */
public interface Budgets {

    /** What is counted. */
    enum Of {
        /** Repositories that were not cached. */
        REPOSITORIES,
        /** Manifests that were not cached. */
        MANIFESTS
    }

    /** Counts one more in the hour of {@code now}; false, and nothing counted, when the limit is reached. */
    boolean take(String principal, Of what, int limit, Instant now);

    /** When the next hour begins, in which nothing is counted yet. */
    static Instant nextHour(Instant now) {
        return now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    }
}
