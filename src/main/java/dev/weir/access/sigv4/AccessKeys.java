package dev.weir.access.sigv4;

import java.util.Optional;

/** Port: finds the secret that belongs to an access key id. */
public interface AccessKeys {

    /**
     * Errors: {@link SignatureException} where the id or the token is not known, or the session is over.
     *
     * @param sessionToken what {@code X-Amz-Security-Token} holds
     */
    AccessKey get(String accessKeyId, Optional<String> sessionToken);
}
