package dev.weir.pull;

import dev.weir.rules.UpstreamRepository;
import dev.weir.store.Budgets;
import dev.weir.store.RepositoryLinks;
import dev.weir.time.SideThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Holds each principal to its hourly limits, so that one user can't fill the table. Only what is not cached is counted.
 *
 * <p>Errors: {@link PullFailedException} when a budget is spent, with the time until the next hour.
 */
public final class PullBudget {
    private final Budgets budgets;
    private final RepositoryLinks links;
    private final HourlyLimits limits;
    private final SideThreads side;
    private final Clock clock;

    public PullBudget(Budgets budgets, RepositoryLinks links, HourlyLimits limits, SideThreads side, Clock clock) {
        this.budgets = budgets;
        this.links = links;
        this.limits = limits;
        this.side = side;
        this.clock = clock;
    }

    /** Lets a principal bring in one manifest, or not. */
    @FunctionalInterface
    interface Admission {
        /** Counts the manifest, and its repository where that is new. */
        void requireRoom();
    }

    /** For a manifest that is not cached; whether its repository is new is looked up beside the caller's thread. */
    Admission of(String principal, UpstreamRepository repository) {
        SideThreads.Begun<Boolean> cached = side.begin(() -> links.isCached(repository.name()));
        return () -> {
            Map<Budgets.Of, Integer> counted = new EnumMap<>(Budgets.Of.class);
            counted.put(Budgets.Of.MANIFESTS, limits.manifests());
            if (!cached.result()) {
                counted.put(Budgets.Of.REPOSITORIES, limits.repositories());
            }
            take(principal, repository, counted);
        };
    }

    private void take(String principal, UpstreamRepository repository, Map<Budgets.Of, Integer> counted) {
        Instant now = clock.instant();
        budgets.take(principal, counted, now).ifPresent(spent -> {
            String message = "fetch " + repository + ": '" + principal + "' has brought in " + counted.get(spent)
                    + " new " + spent.name().toLowerCase(Locale.ROOT)
                    + " in this hour, which is the limit: pull again in the next, or let the operator raise it";
            throw PullFailedException.budgetSpent(message, Duration.between(now, Budgets.nextHour(now)));
        });
    }
}
