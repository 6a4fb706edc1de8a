package dev.weir.access.sigv4;

/**
 * Why a signature opens nothing.
 *
 * <p>Source: "Common error types" of the ECR API reference; {@code aws ecr} with wrong keys.
 */
public enum SignatureFailure {
    /** There is no signature. */
    MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationTokenException"),
    /** The signature can't be read, or leaves out what has to be signed. */
    INCOMPLETE_SIGNATURE("IncompleteSignatureException"),
    /** The access key id or its session token is not known. */
    UNRECOGNIZED_CLIENT("UnrecognizedClientException"),
    /** The session is over. */
    EXPIRED_TOKEN("ExpiredTokenException"),
    /** The signature is of another key, another request or another time. */
    INVALID_SIGNATURE("InvalidSignatureException");

    private final String code;

    SignatureFailure(String code) {
        this.code = code;
    }

    /** As services with a JSON protocol write it. */
    public String code() {
        return code;
    }
}
