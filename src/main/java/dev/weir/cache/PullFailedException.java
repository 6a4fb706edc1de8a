package dev.weir.cache;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.upstream.UpstreamException;

/** A pull that needed upstream and did not get it, as the client is told. */
public final class PullFailedException extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final transient CacheStatus status;

    private PullFailedException(ErrorCode code, UpstreamException why) {
        super(code, String.valueOf(why.getMessage()), why.retryAfter(), why);
        this.status = CacheStatus.missFailed(why.status());
    }

    /** The one place where upstream's failures become ours. An upstream 401 is never our 401. */
    static PullFailedException of(UpstreamException why, ErrorCode notFound) {
        ErrorCode code =
                switch (why.kind()) {
                    case NOT_FOUND -> notFound;
                    case UNAUTHORIZED -> ErrorCode.UPSTREAM_DENIED;
                    case RATE_LIMITED -> ErrorCode.TOOMANYREQUESTS;
                    case UNAVAILABLE -> ErrorCode.UPSTREAM_UNAVAILABLE;
                    case TIMEOUT -> ErrorCode.UPSTREAM_TIMEOUT;
                    case INVALID -> ErrorCode.UPSTREAM_INVALID;
                };
        return new PullFailedException(code, why);
    }

    public CacheStatus status() {
        return status;
    }
}
