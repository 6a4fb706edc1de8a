package dev.weir.oci;

/**
 * The error codes of the distribution spec with the HTTP status each leaves with, and the few beyond it that registries
 * share.
 *
 * <p>Source: distribution-spec, "Error Codes".
 */
public enum ErrorCode {
    /** The blob is not in this repository, here or upstream. */
    BLOB_UNKNOWN(404, "blob unknown to registry"),
    /** The digest is not {@code <algorithm>:<hex>}. */
    DIGEST_INVALID(400, "provided digest is malformed"),
    /** The tag or digest of a manifest is malformed. */
    MANIFEST_INVALID(400, "manifest or its reference invalid"),
    /** The manifest is not in this repository, here or upstream. */
    MANIFEST_UNKNOWN(404, "manifest unknown to registry"),
    /** The repository name is malformed. */
    NAME_INVALID(400, "invalid repository name"),
    /** No pull through cache rule covers the repository, or the path is not of the API. */
    NAME_UNKNOWN(404, "repository name not known to registry"),
    /** {@code n} is not a number. */
    PAGINATION_INVALID(400, "invalid number of results requested"),
    /** The client sent no credentials, or wrong ones. */
    UNAUTHORIZED(401, "authentication required"),
    /** The client, or the rule's upstream credential, may not read this. */
    DENIED(403, "requested access to the resource is denied"),
    /** The method is not of a read-only registry. */
    UNSUPPORTED(405, "the operation is unsupported"),
    /** Upstream, AWS or Weir itself limits requests; the answer says when to come back. */
    TOOMANYREQUESTS(429, "too many requests"),
    /** What is needed to answer can't be asked now; the answer says when to come back. */
    UNAVAILABLE(503, "not available for a moment"),
    /** Upstream answered with content that is wrong or not a registry's. */
    UPSTREAM_INVALID(502, "the upstream registry's answer can't be used"),
    /** Upstream can't be reached, or answers 5xx. */
    UPSTREAM_UNAVAILABLE(502, "the upstream registry can't be reached"),
    /** Upstream didn't answer within the time that the request has. */
    UPSTREAM_TIMEOUT(504, "the upstream registry did not answer in time"),
    /** A bug; the log has the request id. */
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
