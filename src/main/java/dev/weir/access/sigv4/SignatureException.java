package dev.weir.access.sigv4;

/** A request whose signature opens nothing. The message is for the client and holds no secret. No stack: it is not a bug. */
public final class SignatureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SignatureFailure failure;

    public SignatureException(SignatureFailure failure, String message) {
        super(message, null, false, false);
        this.failure = failure;
    }

    public SignatureFailure failure() {
        return failure;
    }

    /** {@code InvalidSignatureException} and so on. */
    public String code() {
        return failure.code();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
