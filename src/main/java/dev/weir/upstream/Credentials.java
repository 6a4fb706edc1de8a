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
}
