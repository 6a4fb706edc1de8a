package dev.weir.upstream;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import java.time.Instant;
import java.util.Optional;

/** Port: the troubles of upstreams, seen by every function. */
public interface UpstreamStates {

    Optional<UpstreamState> find(UpstreamUrl upstream);

    /** Puts {@code after}, or nothing, in the place of {@code before}; false, and nothing done, when something else is there. */
    boolean replace(UpstreamUrl upstream, Optional<UpstreamState> before, Optional<UpstreamState> after);

    /** Marks the rule as failing in this way; true when nobody did within the last hour. The mark is gone an hour later. */
    boolean markFailing(RepositoryPrefix rule, UpstreamException why, Instant now);
}
