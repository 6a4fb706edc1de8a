package dev.weir.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Port: how much each principal has brought in within the hour, counted across all processes. Errors: {@link StoreException}. */
public interface Budgets {

    /** What is counted. */
    enum Of {
        /** Repositories that were not cached. */
        REPOSITORIES,
        /** Manifests that were not cached. */
        MANIFESTS
    }

    /**
     * Counts one more of each in the hour of {@code now}, in one write.
     *
     * @param limits what is counted, and up to how many
     * @return what has reached its limit, and nothing is counted then
     */
    Optional<Of> take(String principal, Map<Of, Integer> limits, Instant now);

    /** When the next hour begins, in which nothing is counted yet. */
    static Instant nextHour(Instant now) {
        return now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    }
}
