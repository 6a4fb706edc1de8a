package dev.weir.check;

import static dev.weir.time.Durations.longer;
import static dev.weir.time.Durations.shorter;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a tag is checked next. Each tag has its own moment within the interval, derived from a hash of its name, so that a
 * cache that was filled within a minute is not checked within a minute ever after.
 *
 * @param defaultInterval how long a check is trusted where the rule says nothing else
 */
public record CheckSchedule(Duration defaultInterval) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** How long a tag waits at most after a check that was denied or gave no usable answer. */
    private static final Duration LONGEST_POSTPONEMENT = Duration.ofHours(1);

    /** After what came to nothing for a reason that may pass in a minute. */
    public static final Duration RETRY = Duration.ofMinutes(10);

    private static final Duration LONGEST_WHILE_GONE = Duration.ofDays(30);

    public CheckSchedule {
        if (defaultInterval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "refresh interval is '" + defaultInterval + "': allowed is an ISO-8601 duration such as PT24H");
        }
    }

    public Duration interval(PullThroughCacheRule rule) {
        return rule.refreshInterval().orElse(defaultInterval);
    }

    /** The tag's next own moment: later than {@code checkedAt}, at most one interval later. */
    public Instant next(UpstreamRepository repository, Tag tag, Instant checkedAt) {
        long interval = interval(repository.rule()).toMillis();
        long moment = Math.floorMod(hash(repository.name(), tag), interval);
        long sinceMoment = Math.floorMod(checkedAt.toEpochMilli() - moment, interval);
        return checkedAt.plusMillis(interval - sinceMoment);
    }

    /** While upstream doesn't have the tag: as long again as it has been gone, an interval to 30 days. */
    Instant nextWhileGone(UpstreamRepository repository, Instant checkedAt, Instant goneSince) {
        Duration gone = Duration.between(goneSince, checkedAt);
        Duration interval = interval(repository.rule());
        return checkedAt.plus(
                shorter(gone.compareTo(interval) < 0 ? interval : gone, longer(interval, LONGEST_WHILE_GONE)));
    }

    /** After a check that came to nothing for a reason that won't pass in a minute. */
    Instant postponed(UpstreamRepository repository, Instant now) {
        return now.plus(shorter(interval(repository.rule()), LONGEST_POSTPONEMENT));
    }

    /** After a check that came to nothing for a reason that may. */
    Instant retried(UpstreamRepository repository, Instant now) {
        return now.plus(shorter(interval(repository.rule()), RETRY));
    }

    /** When a check of this tag is due, by what its entry says of the last one. */
    public Instant dueAt(UpstreamRepository repository, Tag tag, CachedTag cached) {
        Optional<Instant> gone = cached.goneSince();
        return gone.isPresent()
                ? nextWhileGone(repository, cached.checkedAt(), gone.get())
                : next(repository, tag, cached.checkedAt());
    }

    private static long hash(RepositoryName repository, Tag tag) {
        String hex = Digest.of((repository + ":" + tag).getBytes(StandardCharsets.UTF_8))
                .hex();
        return Long.parseLong(hex.substring(0, 12), 16);
    }
}
