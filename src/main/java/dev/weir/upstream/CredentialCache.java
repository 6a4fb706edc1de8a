package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.PullThroughCacheRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Credentials as they were read from where they are kept, by what they are kept under. One is read again when it is no longer
 * fresh; while that fails, it serves on for as long as it is good. One that upstream denied is read anew at once, but every 30
 * seconds at most, and so is one that can't be read: what stays wrong does not cost a call a pull.
 *
 * <p>Each is read by one thread at a time; the others wait for it.
 *
 * @param <K> what a credential is kept under
 */
public final class CredentialCache<K> {
    /** Between two reads of a credential that is denied or can't be read. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int MAX_KEPT = 1_000;

    private final Function<K, Kept> place;
    private final Clock clock;
    private final Cache<K, Entry> entries =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).build();

    /**
     * A credential as it was read.
     *
     * @param freshUntil when it is read again
     * @param goodUntil until when it serves while it can't be read again
     */
    public record Kept(Credential credential, Instant freshUntil, Instant goodUntil) {}

    /**
     * What is known of a credential; it was read well, or the last read failed, or both one after the other.
     *
     * @param nextReadAt when an ordinary read is due
     * @param nextReadAnewAt when upstream's denial may cause a read
     */
    private record Entry(
            Optional<Kept> kept, Optional<CredentialException> failure, Instant nextReadAt, Instant nextReadAnewAt) {}

    /** @param place reads a credential from where it is kept. Errors: {@link CredentialException} */
    public CredentialCache(Function<K, Kept> place, Clock clock) {
        this.place = place;
        this.clock = clock;
    }

    /** The credential as it was last read. Errors: {@link CredentialException} that names the rule. */
    public Credential get(K key, PullThroughCacheRule rule) {
        Instant now = clock.instant();
        Entry entry = Optional.ofNullable(entries.getIfPresent(key))
                .filter(last -> now.isBefore(last.nextReadAt()))
                .orElseGet(() -> entries.asMap().compute(key, (same, held) -> {
                    Optional<Entry> before = Optional.ofNullable(held);
                    return before.filter(last -> now.isBefore(last.nextReadAt()))
                            .orElseGet(() -> read(key, before, now));
                }));
        return credential(entry, rule, now);
    }

    /** The credential as it is kept now, since upstream denied what {@link #get} gave. Errors: as {@link #get}. */
    public Credential getAnew(K key, PullThroughCacheRule rule) {
        Instant now = clock.instant();
        Entry entry = entries.asMap().compute(key, (same, held) -> {
            Optional<Entry> before = Optional.ofNullable(held);
            return before.filter(last -> now.isBefore(last.nextReadAnewAt())).orElseGet(() -> {
                Entry after = read(key, before, now);
                return new Entry(after.kept(), after.failure(), after.nextReadAt(), now.plus(PAUSE));
            });
        });
        return credential(entry, rule, now);
    }

    private Entry read(K key, Optional<Entry> before, Instant now) {
        Instant afterPause = now.plus(PAUSE);
        Instant nextReadAnewAt = before.map(Entry::nextReadAnewAt).orElse(now);
        try {
            Kept read = place.apply(key);
            // One that arrives expired, by a clock that is wrong, is not read at each pull either.
            Instant freshUntil = later(read.freshUntil(), afterPause);
            Kept kept = new Kept(read.credential(), freshUntil, later(read.goodUntil(), freshUntil));
            return new Entry(Optional.of(kept), Optional.empty(), freshUntil, nextReadAnewAt);
        } catch (CredentialException e) {
            return new Entry(
                    before.flatMap(Entry::kept), Optional.of(e), afterPause, later(nextReadAnewAt, afterPause));
        }
    }

    private static Credential credential(Entry entry, PullThroughCacheRule rule, Instant now) {
        return entry.kept()
                .filter(kept -> entry.failure().isEmpty() || now.isBefore(kept.goodUntil()))
                .map(Kept::credential)
                .orElseThrow(() -> entry.failure().orElseThrow().of(rule));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
