package dev.weir.assembly;

import dev.weir.access.Principal;
import dev.weir.access.policy.PolicyStore;
import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.control.OperationAccess;
import dev.weir.control.OperationSet;
import dev.weir.control.OperationTargets;
import dev.weir.control.RegistryIdentity;
import dev.weir.fill.BlobDownload;
import dev.weir.fill.BlobFiller;
import dev.weir.fill.BlobTransfer;
import dev.weir.fill.FillRequests;
import dev.weir.fill.ImageContents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.fill.RepositoryManifests;
import dev.weir.gate.Gatekeeper;
import dev.weir.gate.OperationGate;
import dev.weir.lease.SingleFlight;
import dev.weir.pull.BlobPull;
import dev.weir.pull.Discovery;
import dev.weir.pull.ManifestMisses;
import dev.weir.pull.ManifestPull;
import dev.weir.pull.PullBudget;
import dev.weir.pull.PullThroughCache;
import dev.weir.pull.Pulls;
import dev.weir.pull.StoredBlobs;
import dev.weir.pull.TagRevalidation;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.Rules;
import dev.weir.store.ContentStore;
import dev.weir.store.PullRecords;
import dev.weir.store.TagStore;
import dev.weir.table.TableBudgets;
import dev.weir.table.TableCreationTemplates;
import dev.weir.table.TableDueTags;
import dev.weir.table.TableKeptFills;
import dev.weir.table.TableLeases;
import dev.weir.table.TablePolicies;
import dev.weir.table.TablePullRecords;
import dev.weir.table.TableRepositoryLinks;
import dev.weir.table.TableSightings;
import dev.weir.table.TableTagStore;
import dev.weir.table.TableUpstreamStates;
import dev.weir.time.SideThreads;
import dev.weir.time.WallClock;
import dev.weir.upstream.CircuitBreakingUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamStates;
import java.time.Clock;
import java.util.function.Function;

/** Weir, put together. Read the constructor as the table of contents. */
public final class Assembly {
    private final Rules rules;
    private final PolicyStore policies;
    private final RegistryHandler registry;
    private final FillRequests fillRequests;
    private final Refresher refresher;
    private final EcrResources resources;
    private final Clock clock;

    public Assembly(Adapters adapters, Options options) {
        this.clock = options.clock();
        ContentStore contents = adapters.contents();
        this.rules = adapters.rules();
        this.policies = new TablePolicies(adapters.table(), WallClock.tickerOf(clock));

        SideThreads side = new SideThreads();
        TableCreationTemplates templates = new TableCreationTemplates(adapters.table(), WallClock.tickerOf(clock));
        TableRepositoryLinks links = new TableRepositoryLinks(adapters.table(), templates, clock);
        TagStore tags = new TableTagStore(adapters.table(), links);
        UpstreamStates states = new TableUpstreamStates(adapters.table());
        SingleFlight flight = new SingleFlight(new TableLeases(adapters.table()), clock, options.sleeper());
        CircuitBreakingUpstreamRegistry upstream = new CircuitBreakingUpstreamRegistry(
                adapters.upstream(), new UpstreamCircuit(states, clock), options.sleeper(), side);
        CheckSchedule schedule = new CheckSchedule(options.refreshInterval());

        RepositoryManifests manifests = new RepositoryManifests(links, contents);
        ManifestFetcher fetcher = new ManifestFetcher(upstream, manifests, tags, clock);
        BlobTransfer transfer = new BlobTransfer(upstream, contents, new TableKeptFills(adapters.table(), clock));
        BlobDownload download = new BlobDownload(upstream, contents, links, transfer, clock);
        BlobFiller filler =
                new BlobFiller(download, contents, links, flight, adapters.events(), options.inlineFillBytes());
        this.fillRequests = new FillRequests(rules, filler, adapters.events());
        TagChecker checker = new TagChecker(upstream, tags, fetcher, states, adapters.events(), schedule, clock);

        PullThroughCache cache = new PullThroughCache(
                new ManifestPull(
                        tags, manifests, fetcher, new TagRevalidation(checker, flight, clock), flight, schedule, clock),
                new BlobPull(links, manifests, new StoredBlobs(contents, side, clock), filler, download, clock),
                new Discovery(upstream, tags, links, manifests, clock),
                new ManifestMisses(
                        adapters.events(),
                        new PullBudget(new TableBudgets(adapters.table()), links, options.hourlyLimits(), side, clock),
                        filler,
                        side,
                        options.maxPrefetched()));
        Gatekeeper gatekeeper =
                new Gatekeeper(policies, new TableSightings(adapters.table()), tags, options.repositoryArns(), clock);
        PullRecords records = new TablePullRecords(adapters.table(), side);
        Function<Principal, Pulls> pulls = principal -> new Pulls(cache, gatekeeper.of(principal), records, clock);
        this.registry = new RegistryHandler(rules, pulls, options.patience(), options.front(), clock);

        this.resources = new EcrResources(
                adapters, new EcrResources.Texts(policies, templates), tags, links, manifests, cache, pulls, clock);

        ImageContents images = new ImageContents(contents, manifests, fetcher, filler);
        DueTagRefresh dueTagRefresh =
                new DueTagRefresh(tags, upstream, checker, images, schedule, options.refreshIdle(), clock);
        this.refresher = new Refresher(
                rules,
                new TableDueTags(adapters.table()),
                dueTagRefresh,
                flight,
                adapters.events(),
                upstream::calls,
                clock);
    }

    /** Who may what. */
    public PolicyStore policies() {
        return policies;
    }

    /** Who may run which operation of the admin API. */
    public OperationAccess access(RegistryIdentity identity) {
        return new OperationAccess(new OperationGate(policies, clock), new OperationTargets(rules, identity));
    }

    /** The operations of the admin API on repositories and images. */
    public OperationSet operations(RegistryIdentity identity) {
        return resources.operations(identity, access(identity));
    }

    public Rules rules() {
        return rules;
    }

    /** The distribution API. */
    public RegistryHandler registry() {
        return registry;
    }

    /** Consumes requests to fill a blob. */
    public FillRequests fillRequests() {
        return fillRequests;
    }

    /** Checks the tags that are due. */
    public Refresher refresher() {
        return refresher;
    }
}
