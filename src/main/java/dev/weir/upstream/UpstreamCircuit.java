package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.UpstreamAccount;
import dev.weir.time.LastRead;
import dev.weir.time.WallClock;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The circuit breakers of upstreams, shared by all functions: what one finds out, the others know 5 s later at most. When an
 * open circuit's time is over, one caller across all processes tries; the others skip the call until that one succeeds.
 */
public final class UpstreamCircuit {
    private static final Duration SEEN = Duration.ofSeconds(5);
    private static final LastRead.Terms TERMS = new LastRead.Terms(SEEN, SEEN, failure -> false);
    /** Of writes that lose against another's: what is lost then is one failure of a count. */
    private static final int TRIES = 8;

    private final UpstreamStates states;
    private final Clock clock;
    /** Each read under no lock: a state that can't be read delays no call of another upstream. */
    private final Cache<UpstreamAccount, LastRead<UpstreamStates.OfAccount>> accounts =
            Caffeine.newBuilder().maximumSize(1000).build();

    /** What this process wrote since, or read of one circuit by itself. */
    private final Cache<CircuitName, Optional<UpstreamState>> newest;

    public UpstreamCircuit(UpstreamStates states, Clock clock) {
        this.states = states;
        this.clock = clock;
        this.newest = Caffeine.newBuilder()
                .maximumSize(5000)
                .expireAfterWrite(SEEN)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    private Optional<UpstreamState> known(CircuitName name) {
        Optional<UpstreamState> newer = newest.getIfPresent(name);
        if (newer != null) {
            return newer;
        }
        UpstreamStates.OfAccount account = statesOf(name.account()).current();
        Optional<UpstreamState> state = Optional.ofNullable(account.states().get(name));
        return state.isPresent() || account.isWhole() ? state : foundByItself(name);
    }

    /** What was written meanwhile is newer. */
    private Optional<UpstreamState> foundByItself(CircuitName name) {
        Optional<UpstreamState> read = states.find(name);
        Optional<UpstreamState> newer = newest.asMap().putIfAbsent(name, read);
        return newer == null ? read : newer;
    }

    private LastRead<UpstreamStates.OfAccount> statesOf(UpstreamAccount account) {
        return accounts.get(
                account, one -> new LastRead<>(last -> states.ofAccount(one), TERMS, WallClock.tickerOf(clock)));
    }

    /** Why the circuit breaker is open now, if it is. */
    public Optional<UpstreamState> openState(CircuitName name) {
        return known(name).filter(state -> state.isOpenAt(clock.instant()));
    }

    /**
     * Lets a call pass; what it returns goes to {@link #recordSuccess} or {@link #recordFailure}.
     *
     * <p>Errors: {@link UpstreamException} of the kind that the call would meet, with origin CIRCUIT_OPEN.
     *
     * @return the state this call is the probe of, when it is one
     */
    Optional<UpstreamState> admit(CircuitName name, String action) {
        Instant now = clock.instant();
        Optional<UpstreamState> state = known(name);
        if (state.isEmpty() || (!state.get().isOpenAt(now) && !state.get().isHalfOpenAt(now))) {
            return Optional.empty();
        }
        if (!state.get().isOpenAt(now)) {
            UpstreamState probe = state.get().probedAt(now);
            if (replace(name, state, Optional.of(probe))) {
                return Optional.of(probe);
            }
        }
        Optional<UpstreamState> current = known(name);
        if (current.isEmpty()) {
            return current;
        }
        throw current.get().circuitOpen(action, name, now);
    }

    /** A success closes an open circuit only when it is the probe's: a call that began before it opened proves nothing. */
    void recordSuccess(CircuitName name, Optional<UpstreamState> probe) {
        Optional<UpstreamState> over = probe.or(() ->
                known(name).filter(state -> !state.isOpenAt(clock.instant()) && !state.isHalfOpenAt(clock.instant())));
        if (over.isPresent()) {
            replace(name, over, Optional.empty());
        }
    }

    /**
     * Counts a failure that says something of what this circuit is for.
     *
     * @param repository upstream's name of the one that failed
     */
    void recordFailure(
            CircuitName name, Optional<UpstreamState> probe, UpstreamException failure, RepositoryName repository) {
        Instant now = clock.instant();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<UpstreamState> before = states.find(name);
            Optional<UpstreamState> after = Optional.of(UpstreamState.after(before, name, failure, repository, now));
            boolean known = failure.kind() == Kind.RATE_LIMITED
                    ? before.filter(state ->
                                    !state.openUntil().isBefore(after.get().openUntil()))
                            .isPresent()
                    : !before.equals(probe)
                            && before.filter(state -> state.isOpenAt(now)).isPresent();
            if (known || replace(name, before, after)) {
                return;
            }
        }
    }

    /** The call ended without an answer, for a reason that says nothing of upstream: if it was the probe, another call may be. */
    void giveBack(CircuitName name, Optional<UpstreamState> probe) {
        probe.ifPresent(state -> replace(name, probe, Optional.of(state.givenBackAt(clock.instant()))));
    }

    /** False when another was faster; what is true now is seen then. */
    private boolean replace(CircuitName name, Optional<UpstreamState> before, Optional<UpstreamState> after) {
        boolean replaced = states.replace(name, before, after);
        newest.put(name, replaced ? after : states.find(name));
        return replaced;
    }
}
