package dev.weir.access.iam;

import dev.weir.access.LoginUnavailableException;
import java.util.Optional;

/** Port: asks STS who has signed a token. */
public interface CallerIdentities {

    /**
     * Empty when STS rejects the token.
     *
     * <p>Errors: {@link LoginUnavailableException} when STS can't be reached, throttles, or answers what is not an answer of STS.
     */
    Optional<CallerIdentity> find(IamToken token);
}
