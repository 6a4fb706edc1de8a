package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.WallClock;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The circuit breaker of each upstream, shared by all functions: what one finds out, the others know 5 s later at most. When
 * an open circuit's time is over, one caller across all processes tries; the others skip the call until that one succeeds.
 */
public final class UpstreamCircuit {
    private static final Duration SEEN = Duration.ofSeconds(5);
    /** Of writes that lose against another's: what is lost then is one failure of a count. */
    private static final int TRIES = 8;

    private final UpstreamStates states;
    private final Clock clock;
    private final Cache<UpstreamUrl, Optional<UpstreamState>> seen;

    public UpstreamCircuit(UpstreamStates states, Clock clock) {
        this.states = states;
        this.clock = clock;
        this.seen = Caffeine.newBuilder()
                .maximumSize(100)
                .expireAfterWrite(SEEN)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    private Optional<UpstreamState> known(UpstreamUrl upstream) {
        return seen.get(upstream, states::find);
    }

    /** Why the circuit breaker of the upstream is open now, if it is. */
    public Optional<UpstreamState> openState(UpstreamUrl upstream) {
        return known(upstream).filter(state -> state.isOpenAt(clock.instant()));
    }

    /**
     * Lets a call pass; what it returns goes to {@link #recordSuccess} or {@link #recordFailure}.
     *
     * <p>Errors: {@link UpstreamException} of the kind that the call would meet, with origin CIRCUIT_OPEN.
     *
     * @return the state this call is the probe of, when it is one
     */
    Optional<UpstreamState> admit(UpstreamUrl upstream, String action) {
        Instant now = clock.instant();
        Optional<UpstreamState> state = known(upstream);
        if (state.isEmpty() || (!state.get().isOpenAt(now) && !state.get().isHalfOpenAt(now))) {
            return Optional.empty();
        }
        if (!state.get().isOpenAt(now)) {
            UpstreamState probe = state.get().probedAt(now);
            if (replace(upstream, state, Optional.of(probe))) {
                return Optional.of(probe);
            }
        }
        Optional<UpstreamState> current = known(upstream);
        if (current.isEmpty()) {
            return current;
        }
        throw current.get().circuitOpen(action, upstream, now);
    }

    /** A success closes an open circuit only when it is the probe's: a call that began before it opened proves nothing. */
    void recordSuccess(UpstreamUrl upstream, Optional<UpstreamState> probe) {
        Optional<UpstreamState> over = probe.or(() -> known(upstream)
                .filter(state -> !state.isOpenAt(clock.instant()) && !state.isHalfOpenAt(clock.instant())));
        if (over.isPresent()) {
            replace(upstream, over, Optional.empty());
        }
    }

    /** Any answer but 429 and 5xx counts as a success; a call that ran out of the caller's time counts as nothing. */
    void recordFailure(UpstreamUrl upstream, Optional<UpstreamState> probe, UpstreamException failure) {
        boolean trouble =
                switch (failure.kind()) {
                    case RATE_LIMITED, UNAVAILABLE, TIMEOUT -> true;
                    case NOT_FOUND, UNAUTHORIZED, INVALID -> false;
                };
        if (trouble && !failure.isOutOfTime()) {
            count(upstream, probe, failure);
        } else if (!trouble && failure.status().isPresent()) {
            recordSuccess(upstream, probe);
        } else {
            giveBack(upstream, probe);
        }
    }

    /** The call ended without an answer, for a reason that says nothing of upstream: if it was the probe, another call may be. */
    void giveBack(UpstreamUrl upstream, Optional<UpstreamState> probe) {
        probe.ifPresent(state -> replace(upstream, probe, Optional.of(state.givenBackAt(clock.instant()))));
    }

    private void count(UpstreamUrl upstream, Optional<UpstreamState> probe, UpstreamException failure) {
        Instant now = clock.instant();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<UpstreamState> before = states.find(upstream);
            boolean known = failure.kind() != Kind.RATE_LIMITED
                    && !before.equals(probe)
                    && before.filter(state -> state.isOpenAt(now)).isPresent();
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
