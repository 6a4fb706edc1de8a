package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Spares an upstream in trouble, and those who would wait for it. What others found out is known 5 s later at most. After a
 * pause for failures one caller in the world goes first; the others are refused until its call has ended well.
 */
public final class UpstreamCircuit {
    private static final Duration SEEN = Duration.ofSeconds(5);
    /** Of writes that lose against another's: what is lost then is one failure of a count. */
    private static final int TRIES = 8;

    private final UpstreamStates states;
    private final Clock clock;
    private final LoadingCache<UpstreamUrl, Optional<UpstreamState>> seen;

    public UpstreamCircuit(UpstreamStates states, Clock clock) {
        this.states = states;
        this.clock = clock;
        this.seen = Caffeine.newBuilder()
                .maximumSize(100)
                .expireAfterWrite(SEEN)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build(states::find);
    }

    /** Why the upstream is left alone now, if it is. */
    public Optional<UpstreamState> pause(UpstreamUrl upstream) {
        return seen.get(upstream).filter(state -> state.isPausedAt(clock.instant()));
    }

    /**
     * Lets a call pass; what it returns goes to {@link #succeeded} or {@link #failed}.
     *
     * <p>Errors: {@link UpstreamException} of the kind that the call would meet, a refusal.
     *
     * @return the state this call is the probe of, when it is one
     */
    Optional<UpstreamState> admit(UpstreamUrl upstream, String action) {
        Instant now = clock.instant();
        Optional<UpstreamState> state = seen.get(upstream);
        if (state.isEmpty() || (!state.get().isPausedAt(now) && !state.get().isHalfOpenAt(now))) {
            return Optional.empty();
        }
        if (!state.get().isPausedAt(now)) {
            UpstreamState probe = state.get().probedAt(now);
            if (replace(upstream, state, Optional.of(probe))) {
                return Optional.of(probe);
            }
        }
        Optional<UpstreamState> current = seen.get(upstream);
        if (current.isEmpty()) {
            return current;
        }
        throw current.get().refusal(action, upstream, now);
    }

    /** Good news ends a pause only when it is the probe's: a call that began before the pause knows nothing of it. */
    void succeeded(UpstreamUrl upstream, Optional<UpstreamState> probe) {
        Optional<UpstreamState> over = probe.or(() -> seen.get(upstream)
                .filter(state -> !state.isPausedAt(clock.instant()) && !state.isHalfOpenAt(clock.instant())));
        if (over.isPresent()) {
            replace(upstream, over, Optional.empty());
        }
    }

    /** Any answer but 429 and 5xx is a sign of life; a failure of our own is none of upstream's. */
    void failed(UpstreamUrl upstream, Optional<UpstreamState> probe, UpstreamException failure) {
        boolean trouble =
                switch (failure.kind()) {
                    case RATE_LIMITED, UNAVAILABLE, TIMEOUT -> true;
                    case NOT_FOUND, UNAUTHORIZED, INVALID -> false;
                };
        if (trouble && !failure.isOutOfTime()) {
            count(upstream, probe, failure);
        } else if (!trouble && failure.status().isPresent()) {
            succeeded(upstream, probe);
        } else {
            gaveUp(upstream, probe);
        }
    }

    /** The call came to no answer, for a reason that says nothing of upstream: if it was the probe, another may be. */
    void gaveUp(UpstreamUrl upstream, Optional<UpstreamState> probe) {
        probe.ifPresent(state -> replace(upstream, probe, Optional.of(state.givenBackAt(clock.instant()))));
    }

    private void count(UpstreamUrl upstream, Optional<UpstreamState> probe, UpstreamException failure) {
        Instant now = clock.instant();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<UpstreamState> before = states.find(upstream);
            boolean known = failure.kind() != Kind.RATE_LIMITED
                    && !before.equals(probe)
                    && before.filter(state -> state.isPausedAt(now)).isPresent();
            if (known || replace(upstream, before, Optional.of(UpstreamState.after(before, failure, now)))) {
                return;
            }
        }
    }

    /** False when another was faster; what is true now is seen then. */
    private boolean replace(UpstreamUrl upstream, Optional<UpstreamState> before, Optional<UpstreamState> after) {
        boolean replaced = states.replace(upstream, before, after);
        seen.put(upstream, replaced ? after : states.find(upstream));
        return replaced;
    }
}
