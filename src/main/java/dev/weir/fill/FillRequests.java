package dev.weir.fill;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheAction.Failure;
import dev.weir.event.CacheEvents;
import dev.weir.rules.Origin;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.UpstreamException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * Consumes requests to fill a blob. A request for a blob that is there, that another process fills, or whose rule leads
 * elsewhere now, does nothing, so one that comes twice or late does no harm.
 */
public final class FillRequests {
    private static final Logger LOG = System.getLogger(FillRequests.class.getName());

    private final Rules rules;
    private final BlobFiller filler;
    private final CacheEvents events;

    public FillRequests(Rules rules, BlobFiller filler, CacheEvents events) {
        this.rules = rules;
        this.filler = filler;
        this.events = events;
    }

    /**
     * Does what the request asks, and decides what follows a failure: a permanent one ends here, with an event.
     *
     * <p>Errors: {@link UpstreamException} when the same request may succeed later: who delivers it should do so again.
     */
    public void consume(BlobFillRequest request, Deadline deadline) {
        Optional<UpstreamRepository> repository = rules.current()
                .match(request.repository())
                .found()
                .filter(found -> request.origin()
                        .filter(origin -> !origin.equals(found.origin()))
                        .isEmpty())
                .filter(found -> found.denial().isEmpty());
        if (repository.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "fill of {0}@{1} is dropped: no rule leads to {2} now, or it denies the repository",
                    request.repository(),
                    request.digest(),
                    request.origin().map(Origin::value).orElse("an upstream"));
            return;
        }
        try {
            filler.fill(repository.get(), request.digest(), request.attempt(), deadline);
        } catch (UpstreamException e) {
            if (isWorthARetry(e) && !isLastAttempt(request, e)) {
                throw e;
            }
            end(repository.get(), request, Failure.of(e));
        } catch (CredentialException e) {
            end(repository.get(), request, Failure.of(e));
        }
    }

    /** After 429 a retry in a minute would be limited too, for every blob of the image: the pull that wants the blob asks again. */
    private static boolean isWorthARetry(UpstreamException e) {
        return switch (e.kind()) {
            case UNAVAILABLE, TIMEOUT -> e.origin() != UpstreamException.Origin.CIRCUIT_OPEN;
            case NOT_FOUND, UNAUTHORIZED, RATE_LIMITED, INVALID -> false;
        };
    }

    private static boolean isLastAttempt(BlobFillRequest request, UpstreamException e) {
        return e.kind() == UpstreamException.Kind.TIMEOUT && request.attempt() >= BlobFiller.MAX_ATTEMPTS;
    }

    private void end(UpstreamRepository repository, BlobFillRequest request, Failure why) {
        LOG.log(Level.WARNING, "blob is not filled: {0}", why.reason());
        events.send(List.of(CacheAction.fillFailed(repository, request.digest(), why)));
    }
}
