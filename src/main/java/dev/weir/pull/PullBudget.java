package dev.weir.pull;

import dev.weir.rules.UpstreamRepository;
import dev.weir.store.Budgets;
import dev.weir.store.RepositoryLinks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Holds each principal to its hourly limits, so that one user can't fill the table. Only what is not cached is counted.
 *
 * <p>Errors: {@link PullFailedException} when a budget is spent, with the time until the next hour.
 */
public final class PullBudget {
    private final Budgets budgets;
    private final RepositoryLinks links;
    private final HourlyLimits limits;
    private final Clock clock;

    public PullBudget(Budgets budgets, RepositoryLinks links, HourlyLimits limits, Clock clock) {
        this.budgets = budgets;
        this.links = links;
        this.limits = limits;
        this.clock = clock;
    }

    /** Lets a principal bring in what is not cached, or not. */
    @FunctionalInterface
    interface Admission {
        /** Counts one manifest that is fetched for the repository, and the repository where it is new. */
        void requireRoom(UpstreamRepository repository);
    }

    Admission of(String principal) {
        return repository -> {
            if (!links.isCached(repository.name())) {
                take(principal, repository, Budgets.Of.REPOSITORIES, limits.repositories());
            }
            take(principal, repository, Budgets.Of.MANIFESTS, limits.manifests());
        };
    }

    private void take(String principal, UpstreamRepository repository, Budgets.Of what, int limit) {
        Instant now = clock.instant();
        if (!budgets.take(principal, what, limit, now)) {
            String message = "fetch " + repository + ": '" + principal + "' has brought in " + limit + " new "
                    + what.name().toLowerCase(Locale.ROOT)
                    + " in this hour, which is the limit: pull again in the next, or let the operator raise it";
            throw PullFailedException.budgetSpent(message, Duration.between(now, Budgets.nextHour(now)));
        }
    }
}
