package dev.weir.control;

import dev.weir.access.Caller;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.access.sigv4.SignedRequest;

/** Port: who has signed a request. Errors: {@link SignatureException}. */
@FunctionalInterface
public interface Callers {
    /** @param service that the signature has to be for: {@code ecr} or {@code sts} */
    Caller verify(SignedRequest request, String service);
}
