package dev.weir.upstream;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import java.time.Instant;
import java.util.Optional;

/** Port: the troubles of upstreams, seen by every function. Of two writes at once one may be lost: a count is one short then. */
public interface UpstreamStates {

    Optional<UpstreamState> find(UpstreamUrl upstream);

    void put(UpstreamUrl upstream, UpstreamState state);

    void remove(UpstreamUrl upstream);

    /** Marks the rule as failing; true when nobody did within the last hour. */
    boolean markFailing(RepositoryPrefix rule, UpstreamException why, Instant now);
}
