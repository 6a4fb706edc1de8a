package dev.weir.upstream;

import dev.weir.rules.PullThroughCacheRule;
import dev.weir.time.Deadline;

/** Port: whether an upstream lets a rule in. */
@FunctionalInterface
public interface UpstreamCheck {

    /**
     * Connects to the rule's upstream and shows its credential there. No circuit breaker is asked.
     *
     * <p>Errors: {@link UpstreamException} and {@link CredentialException} when it does not let the rule in.
     */
    void verify(PullThroughCacheRule rule, Deadline deadline);
}
