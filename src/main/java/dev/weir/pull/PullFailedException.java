package dev.weir.pull;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.store.Lookup;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;

/** A pull that needed upstream and did not get it, as the client is told. */
public final class PullFailedException extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final transient CacheStatus status;

    private PullFailedException(ErrorCode code, UpstreamException why, CacheStatus status) {
        super(code, String.valueOf(why.getMessage()), why.retryAfter(), why);
        this.status = status;
    }

    /** Upstream's 404 of a moment ago, told again without asking. */
    static PullFailedException remembered(String action, ErrorCode code) {
        String detail = "not found upstream less than " + Lookup.ABSENT_KEPT.toSeconds() + " s ago";
        return new PullFailedException(code, new UpstreamException(Kind.NOT_FOUND, action, detail), CacheStatus.HIT);
    }

    /** A HEAD that can't be answered: upstream has the blob but does not tell its size. */
    static PullFailedException sizeUnknown(String what) {
        UpstreamException why = new UpstreamException(
                Kind.INVALID, "resolve " + what, "upstream tells no size, GET brings the blob in");
        return of(why, ErrorCode.BLOB_UNKNOWN);
    }

    /** The one place where upstream's failures become ours. An upstream 401 is never our 401. */
    static PullFailedException of(UpstreamException why, ErrorCode notFound) {
        ErrorCode code =
                switch (why.kind()) {
                    case NOT_FOUND -> notFound;
                    case UNAUTHORIZED -> ErrorCode.DENIED;
                    case RATE_LIMITED -> ErrorCode.TOOMANYREQUESTS;
                    case UNAVAILABLE -> ErrorCode.UPSTREAM_UNAVAILABLE;
                    case TIMEOUT -> ErrorCode.UPSTREAM_TIMEOUT;
                    case INVALID -> ErrorCode.UPSTREAM_INVALID;
                };
        return new PullFailedException(code, why, CacheStatus.missFailed(why.status()));
    }

    public CacheStatus status() {
        return status;
    }
}
