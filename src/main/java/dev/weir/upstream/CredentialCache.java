package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.time.OneRead;
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
 * <p>Each is read by one thread at a time, under no lock. Meanwhile the others are served the last one while it is good; those that
 * have none, or whose own upstream denied, wait for the read.
 *
 * @param <K> what a credential is kept under
 */
public final class CredentialCache<K> {
    /** Between two reads of a credential that is denied or can't be read. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int MAX_KEPT = 1_000;

    private final Function<K, Kept> read;
    private final Clock clock;
    private final Cache<K, Place> places =
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
            Optional<Kept> kept, Optional<CredentialException> failure, Instant nextReadAt, Instant nextReadAnewAt) {
        boolean isGoodAt(Instant now) {
            return kept.filter(one -> now.isBefore(one.goodUntil())).isPresent();
        }
    }

    /** @param read reads a credential from where it is kept. Errors: {@link CredentialException} */
    public CredentialCache(Function<K, Kept> read, Clock clock) {
        this.read = read;
        this.clock = clock;
    }

    /** The credential as it was last read. Errors: {@link CredentialException} that names the rule. */
    public Credential get(K key, PullThroughCacheRule rule) {
        Instant now = clock.instant();
        return credential(places.get(key, Place::new).get(now), rule, now);
    }

    /** The credential as it is kept now, since upstream denied what {@link #get} gave. Errors: as {@link #get}. */
    public Credential getAnew(K key, PullThroughCacheRule rule) {
        Instant now = clock.instant();
        return credential(places.get(key, Place::new).getAnew(now), rule, now);
    }

    /** Where one credential is kept, and what is known of it. */
    private final class Place {
        private final K key;
        private final OneRead<Entry> oneRead = new OneRead<>();
        private volatile Entry last = new Entry(Optional.empty(), Optional.empty(), Instant.MIN, Instant.MIN);

        Place(K key) {
            this.key = key;
        }

        Entry get(Instant now) {
            Entry known = last;
            return now.isBefore(known.nextReadAt())
                    ? known
                    : oneRead.get(
                            Optional.of(known).filter(entry -> entry.isGoodAt(now)),
                            () -> now.isBefore(last.nextReadAt()) ? last : read(now));
        }

        /** A read that is under way may have begun before upstream denied, so what it gives doesn't count as one anew. */
        Entry getAnew(Instant now) {
            Entry known = last;
            for (int i = 0; i < 2 && !now.isBefore(known.nextReadAnewAt()); i++) {
                known = oneRead.get(Optional.empty(), () -> now.isBefore(last.nextReadAnewAt()) ? last : readAnew(now));
            }
            return known;
        }

        private Entry readAnew(Instant now) {
            Entry entry = read(now);
            last = new Entry(entry.kept(), entry.failure(), entry.nextReadAt(), now.plus(PAUSE));
            return last;
        }

        private Entry read(Instant now) {
            Entry before = last;
            Instant afterPause = now.plus(PAUSE);
            try {
                Kept found = read.apply(key);
                // One that arrives expired, by a clock that is wrong, is not read at each pull either.
                Instant freshUntil = later(found.freshUntil(), afterPause);
                Kept kept = new Kept(found.credential(), freshUntil, later(found.goodUntil(), freshUntil));
                last = new Entry(Optional.of(kept), Optional.empty(), freshUntil, before.nextReadAnewAt());
            } catch (CredentialException e) {
                last = new Entry(before.kept(), Optional.of(e), afterPause, later(before.nextReadAnewAt(), afterPause));
            }
            return last;
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
