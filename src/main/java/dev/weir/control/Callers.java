package dev.weir.control;

/** Port: who has signed a request. Errors: {@link EcrException} with the code that AWS gives such a signature. */
@FunctionalInterface
public interface Callers {
    /** @param service that the signature has to be for: {@code ecr} or {@code sts} */
    Caller verify(ControlRequest request, String service);
}
