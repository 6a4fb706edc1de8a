package dev.weir.upstream;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamAccount;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Port: the states of circuit breakers, seen by every function; and how rules failed lately. */
public interface UpstreamStates {

    Optional<UpstreamState> find(CircuitName circuit);

    /**
     * Circuits of an account that have a state.
     *
     * @param isWhole whether these are all; if not, one that isn't among them is to be asked for by itself
     */
    record OfAccount(Map<CircuitName, UpstreamState> states, boolean isWhole) {}

    /** The first hundred circuits of the account that have a state, by one read. */
    OfAccount ofAccount(UpstreamAccount account);

    /** Puts {@code after}, or nothing, in the place of {@code before}; false, and nothing done, when something else is there. */
    boolean replace(CircuitName circuit, Optional<UpstreamState> before, Optional<UpstreamState> after);

    /**
     * Marks the rule as failing in this way; true when no process did within the last hour. The mark is gone an hour later.
     *
     * @param code how it fails: {@code UPSTREAM_UNAVAILABLE}
     * @param reason for whoever looks into the table
     */
    boolean markFailing(RepositoryPrefix rule, String code, String reason, Instant now);
}
