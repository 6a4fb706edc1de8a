package dev.weir.control.sts;

/** A failure as STS names it: the client sees the code and the message. No stack: it is not a bug. */
final class StsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** What a failure is called on the wire, and the status beside it. Source: STS API reference, "Common Errors". */
    enum Code {
        ACCESS_DENIED("AccessDenied", 403),
        EXPIRED_TOKEN("ExpiredToken", 403),
        IDP_COMMUNICATION_ERROR("IDPCommunicationError", 400),
        INCOMPLETE_SIGNATURE("IncompleteSignature", 400),
        INTERNAL_FAILURE("InternalFailure", 500),
        INVALID_ACTION("InvalidAction", 400),
        INVALID_CLIENT_TOKEN_ID("InvalidClientTokenId", 403),
        INVALID_IDENTITY_TOKEN("InvalidIdentityToken", 400),
        MALFORMED_QUERY_STRING("MalformedQueryString", 400),
        MISSING_ACTION("MissingAction", 400),
        MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationToken", 403),
        PACKED_POLICY_TOO_LARGE("PackedPolicyTooLarge", 400),
        SIGNATURE_DOES_NOT_MATCH("SignatureDoesNotMatch", 403),
        THROTTLING("Throttling", 400),
        VALIDATION_ERROR("ValidationError", 400);

        private final String wireName;
        private final int status;

        Code(String wireName, int status) {
            this.wireName = wireName;
            this.status = status;
        }

        String wireName() {
            return wireName;
        }

        int status() {
            return status;
        }
    }

    StsException(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    Code code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
