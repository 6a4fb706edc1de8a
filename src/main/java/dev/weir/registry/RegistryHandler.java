package dev.weir.registry;

import dev.weir.access.Principal;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.pull.Pulls;
import dev.weir.rules.Rules;
import dev.weir.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers requests of the distribution API.
 *
 * <p>Errors: none leave; every exception becomes the spec's error JSON here.
 */
public final class RegistryHandler {
    private final Rules rules;
    private final Function<Principal, Pulls> pulls;
    private final Duration patience;
    private final Front front;
    private final Clock clock;

    /**
     * @param pulls what a principal may pull
     * @param patience how long a request at the path for waiting waits for a fill before the client is sent there again
     */
    public RegistryHandler(Rules rules, Function<Principal, Pulls> pulls, Duration patience, Front front, Clock clock) {
        this.rules = rules;
        this.pulls = pulls;
        this.patience = patience;
        this.front = front;
        this.clock = clock;
    }

    public RegistryResponse handle(RegistryRequest request) {
        RequestLog log = RequestLog.of(request);
        Reply reply;
        try {
            reply = reply(request, log);
        } catch (RegistryException e) {
            reply = failed(e, log);
        } catch (StoreException e) {
            reply = e.isThrottled() ? failed(throttled(request), log) : bug(e, request, log);
        } catch (RuntimeException e) {
            reply = bug(e, request, log);
        }
        return written(reply, log);
    }

    /** The answer to a request whose own did not come in time. */
    public RegistryResponse tooLate(RegistryRequest request) {
        RequestLog log = RequestLog.of(request);
        Reply reply = failed(
                new RegistryException(
                        ErrorCode.UPSTREAM_TIMEOUT,
                        "not answered in time, pull again; request id " + request.requestId()),
                log);
        return written(reply, log);
    }

    /** The answer to a request that the front refuses: nobody may know yet who calls. */
    public RegistryResponse refused(RegistryRequest request, RegistryException refusal) {
        RequestLog log = RequestLog.of(request);
        return written(failed(refusal, log), log);
    }

    private static RegistryResponse written(Reply reply, RequestLog log) {
        log.write(reply.status(), reply.cacheStatus());
        return reply.response();
    }

    private static Reply failed(RegistryException e, RequestLog log) {
        log.failed(e);
        return Reply.error(e);
    }

    private static Reply bug(RuntimeException e, RegistryRequest request, RequestLog log) {
        log.bug(e);
        return Reply.error(
                new RegistryException(ErrorCode.UNKNOWN, "internal error, request id " + request.requestId()));
    }

    private static RegistryException throttled(RegistryRequest request) {
        return new RegistryException(
                ErrorCode.TOOMANYREQUESTS,
                "AWS throttles Weir, pull again in a moment; request id " + request.requestId(),
                Optional.of(Duration.ofSeconds(2)),
                null);
    }

    private Reply reply(RegistryRequest request, RequestLog log) {
        if (!request.method().equals("GET") && !request.isHead()) {
            throw new RegistryException(
                    ErrorCode.UNSUPPORTED, request.method() + " is not supported: a pull-through cache is read-only");
        }
        Route route = Route.parse(request.path());
        log.route(route);
        RequestedRepositories repositories = new RequestedRepositories(request, rules, log);
        return route.accept(
                new Replies(request, repositories, pulls.apply(request.principal()), patience, front, clock));
    }
}
