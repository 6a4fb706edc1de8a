package dev.weir.upstream.http;

import dev.weir.upstream.UpstreamException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.Response;

/**
 * What a HEAD said instead of what was asked for. It is a hint: servers treat HEAD as they like, and only a GET shows what is
 * there.
 */
record HeadRefusal(UpstreamException failure) {

    /** Errors: throws the 401 of an authorized HEAD, which GET would meet too; a 429 never comes here. */
    static HeadRefusal of(Response head, UpstreamException failure) {
        if (head.code() == 401) {
            throw failure;
        }
        return new HeadRefusal(failure);
    }

    /**
     * Lets GET decide. It is tried once where HEAD's tries were of no use; when no time is left for it, HEAD's 5xx stands.
     *
     * @param get given what to add to its request
     */
    <T> T decidedBy(Function<UnaryOperator<Request.Builder>, T> get) {
        int status = failure.status().orElse(0);
        boolean triedBefore = status >= 500 && status != 501;
        try {
            return get.apply(triedBefore ? Exchange::once : UnaryOperator.identity());
        } catch (UpstreamException e) {
            throw triedBefore && e.isOutOfTime() ? failure : e;
        }
    }
}
