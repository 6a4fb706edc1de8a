package dev.weir.pull;

import dev.weir.check.CheckOutcome;
import dev.weir.check.TagChecker;
import dev.weir.lease.LeaseName;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedTag;
import dev.weir.store.TagMove;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Asks upstream whether a copy that is held is still right, for all requests that want to know at once. */
public final class TagRevalidation {
    /** How long a copy that is held is kept back to ask whether it is still right. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final Logger LOG = System.getLogger(TagRevalidation.class.getName());

    private final TagChecker checker;
    private final SingleFlight flight;
    private final Clock clock;

    public TagRevalidation(TagChecker checker, SingleFlight flight, Clock clock) {
        this.checker = checker;
        this.flight = flight;
        this.clock = clock;
    }

    /**
     * The tag after the check; the copy as it was while upstream fails or doesn't answer in time.
     *
     * @param byAnother what another request that checks the same tag leaves
     */
    Pointed run(UpstreamRepository repository, Tag tag, CachedTag cached, Supplier<Optional<Pointed>> byAnother) {
        LeaseName name = LeaseName.ofManifest(repository, tag);
        Deadline deadline = Deadline.in(clock, PATIENCE);
        try {
            Optional<UpstreamException> recent = flight.recentFailure(name);
            if (recent.isPresent()) {
                return new Pointed(cached, CacheStatus.staleOnError(recent.get()));
            }
            return flight.run(name, deadline, byAnother, lease -> Optional.of(check(repository, tag, cached, deadline)))
                    .orElseGet(() -> new Pointed(cached, CacheStatus.staleOnError(OptionalInt.empty())));
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "serving the cached copy of {0}:{1}, it could not be checked: {2}",
                    repository,
                    tag,
                    e.getMessage());
            return new Pointed(cached, CacheStatus.staleOnError(e));
        }
    }

    /** Under the lease: one HEAD decides. */
    private Pointed check(UpstreamRepository repository, Tag tag, CachedTag cached, Deadline deadline) {
        TagChecker.Result result = checker.check(repository, tag, cached, TagMove.By.PULL, deadline, next -> true);
        if (result.failure().isPresent()) {
            throw result.failure().get();
        }
        boolean moved = result.outcome() == CheckOutcome.MOVED;
        return new Pointed(result.tag(), moved ? CacheStatus.MOVED : CacheStatus.REVALIDATED);
    }
}
