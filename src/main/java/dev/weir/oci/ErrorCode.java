package dev.weir.oci;

/**
 * The error codes of the distribution spec with the HTTP status each leaves with, and the few beyond it that registries
 * share.
 *
 * <p>Source: distribution-spec, "Error Codes".
 */
public enum ErrorCode {
    BLOB_UNKNOWN(404, "blob unknown to registry"),
    DIGEST_INVALID(400, "provided digest is malformed"),
    MANIFEST_INVALID(400, "manifest or its reference invalid"),
    MANIFEST_UNKNOWN(404, "manifest unknown to registry"),
    NAME_INVALID(400, "invalid repository name"),
    NAME_UNKNOWN(404, "repository name not known to registry"),
    PAGINATION_INVALID(400, "invalid number of results requested"),
    UNAUTHORIZED(401, "authentication required"),
    DENIED(403, "requested access to the resource is denied"),
    UNSUPPORTED(405, "the operation is unsupported"),
    TOOMANYREQUESTS(429, "too many requests"),
    UPSTREAM_INVALID(502, "the upstream registry's answer can't be used"),
    UPSTREAM_UNAVAILABLE(502, "the upstream registry can't be reached"),
    UPSTREAM_TIMEOUT(504, "the upstream registry did not answer in time"),
    UNKNOWN(500, "internal error");

    private final int status;
    private final String defaultMessage;

    ErrorCode(int status, String defaultMessage) {
        this.status = status;
        this.defaultMessage = defaultMessage;
    }

    public int status() {
        return status;
    }

    public String defaultMessage() {
        return defaultMessage;
    }
}
