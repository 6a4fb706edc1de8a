package dev.weir.upstream;

import dev.weir.rules.PullThroughCacheRule;
import java.util.Optional;

/** Port: where a rule's upstream credential is kept. */
public interface Credentials {

    /**
     * The rule's credential; empty means anonymous.
     *
     * <p>Errors: {@link CredentialException} when the rule names a credential that can't be read.
     */
    Optional<Credential> find(PullThroughCacheRule rule);

    /**
     * The rule's credential as it is kept now, after upstream denied the one that {@link #find} gave: it may have been rotated.
     *
     * <p>Errors: as {@link #find}.
     */
    default Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return find(rule);
    }
}
