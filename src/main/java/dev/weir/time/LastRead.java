package dev.weir.time;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What was read last of something that is kept elsewhere. When it is no longer fresh one caller reads it again, under no lock: the
 * others are served what was read last, and wait only where there is nothing to serve. While it can't be read, what was read last
 * serves on, for as long as the terms allow.
 */
public final class LastRead<T> {
    /** For as long as it takes. */
    public static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Function<Optional<T>, T> read;
    private final Terms terms;
    private final Ticker ticker;
    private final OneRead<Held<T>> oneRead = new OneRead<>();
    private final AtomicLong writes = new AtomicLong();
    private volatile Optional<Held<T>> held = Optional.empty();

    /**
     * For how long a value serves.
     *
     * @param fresh without another look
     * @param kept while it can't be read again
     * @param mayPass whether a failure is one that passes by itself, asked where there is a value that may serve meanwhile: the place
     *     for a line in the log. Any other failure takes effect at once
     */
    public record Terms(Duration fresh, Duration kept, Predicate<RuntimeException> mayPass) {}

    /**
     * @param readNanos when it was read
     * @param askedNanos when it was last asked for, in vain or not
     * @param writes of this process that were done before the read of the value began
     */
    private record Held<T>(T value, long readNanos, long askedNanos, long writes) {
        boolean isWithin(Duration duration, long sinceNanos, long now) {
            return now - sinceNanos < duration.toNanos();
        }
    }

    /** @param read reads the value, given the last one */
    public LastRead(Function<Optional<T>, T> read, Terms terms, Ticker ticker) {
        this.read = read;
        this.terms = terms;
        this.ticker = ticker;
    }

    /** The value, as fresh as the terms say, or the last one. Errors: those of the read, where there is none that may serve. */
    public T current() {
        long now = ticker.read();
        long done = writes.get();
        Optional<Held<T>> last = newest(done).filter(one -> one.isWithin(terms.kept(), one.readNanos(), now));
        if (last.filter(one -> isFresh(one, now)).isPresent()) {
            return last.get().value();
        }
        Held<T> found = oneRead.get(last, () -> readAgain(now, done));
        // A read that began before a write of this process doesn't see it.
        return (found.writes() >= done ? found : readNow(now, done)).value();
    }

    /** The value as it is now. Errors: those of the read. */
    public T latest() {
        long now = ticker.read();
        long done = writes.get();
        return keep(read(now, done)).value();
    }

    /**
     * After this process changed what is read: the next read that succeeds sees it, and each {@link #current} tries one until then.
     * While they fail in a way that passes, the last value serves on, without the change.
     */
    public void noteWrite() {
        writes.incrementAndGet();
    }

    private Optional<Held<T>> newest(long done) {
        return held.filter(one -> one.writes() >= done);
    }

    private boolean isFresh(Held<T> one, long now) {
        return one.isWithin(terms.fresh(), one.askedNanos(), now);
    }

    /** Nothing, where another caller has read since this one looked. */
    private Held<T> readAgain(long now, long done) {
        return newest(done).filter(one -> isFresh(one, now)).orElseGet(() -> readNow(now, done));
    }

    private Held<T> readNow(long now, long done) {
        Optional<Held<T>> last = held;
        try {
            return keep(read(now, done));
        } catch (RuntimeException e) {
            Optional<Held<T>> kept = held.filter(one -> one.isWithin(terms.kept(), one.readNanos(), now))
                    .filter(one -> terms.mayPass().test(e));
            if (kept.isEmpty()) {
                replace(last, Optional.empty());
                throw e;
            }
            // It counts no more writes than before: what misses one is asked for again by the next caller.
            Held<T> one = kept.get();
            replace(kept, Optional.of(new Held<>(one.value(), one.readNanos(), now, one.writes())));
            return new Held<>(one.value(), one.readNanos(), now, done);
        }
    }

    private Held<T> read(long now, long done) {
        return new Held<>(read.apply(held.map(Held::value)), now, now, done);
    }

    /** A read that began before a write of this process does not replace one that began after it. */
    private synchronized Held<T> keep(Held<T> mine) {
        if (held.filter(other -> other.writes() > mine.writes()).isEmpty()) {
            held = Optional.of(mine);
        }
        return mine;
    }

    /** Unless another caller has replaced it. */
    private synchronized void replace(Optional<Held<T>> before, Optional<Held<T>> after) {
        if (held.equals(before)) {
            held = after;
        }
    }
}
