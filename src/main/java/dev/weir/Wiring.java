package dev.weir;

import dev.weir.access.Authenticator;
import dev.weir.access.Users;
import dev.weir.aws.AwsClients;
import dev.weir.aws.DynamoDbDueTags;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.DynamoDbUpstreamStates;
import dev.weir.aws.eventbridge.EventBridgeCacheEvents;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.aws.secretsmanager.SecretsManagerCredentials;
import dev.weir.aws.secretsmanager.SecretsManagerUsers;
import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.event.CacheEvents;
import dev.weir.fill.BlobFiller;
import dev.weir.fill.ImageContents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.lease.SingleFlight;
import dev.weir.pull.ManifestPull;
import dev.weir.pull.PullThroughCache;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.Rules;
import dev.weir.store.ContentStore;
import dev.weir.store.RepositoryIndex;
import dev.weir.time.Sleeper;
import dev.weir.upstream.CircuitBreakingUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamStates;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What the functions are made of, one producer for each part. */
final class Wiring {
    /** A blob up to this size is filled by the request that wants it: well within the patience below. */
    private static final long INLINE_FILL_LIMIT_BYTES = 1024 * 1024;

    /** API Gateway gives a request 29 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(22);

    private final AwsClients clients = new AwsClients(Optional.empty(), System.getenv("AWS_ENDPOINT_URL") != null);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    DynamoDbTable table(Settings settings) {
        return new DynamoDbTable(clients.dynamoDb(), settings.table());
    }

    @Produces
    @Singleton
    Rules rules(Settings settings, DynamoDbTable table) {
        return new DynamoDbRules(table, settings.insecureUpstreams().orElse(Set.of()));
    }

    @Produces
    @Singleton
    RepositoryIndex index(DynamoDbTable table) {
        return new DynamoDbRepositoryIndex(table);
    }

    @Produces
    @Singleton
    ContentStore contents(Settings settings) {
        return new S3ContentStore(clients.s3(), clients.s3Presigner(), settings.bucket());
    }

    @Produces
    @Singleton
    CacheEvents events(Settings settings) {
        return new EventBridgeCacheEvents(clients.eventBridge(), settings.eventBus());
    }

    @Produces
    @Singleton
    Users users(Settings settings) {
        return new SecretsManagerUsers(clients.secretsManager(), settings.usersSecret());
    }

    @Produces
    @Singleton
    Authenticator authenticator(Users users) {
        return new Authenticator(users);
    }

    @Produces
    @Singleton
    UpstreamStates states(DynamoDbTable table) {
        return new DynamoDbUpstreamStates(table);
    }

    @Produces
    @Singleton
    UpstreamCircuit circuit(UpstreamStates states, Clock clock) {
        return new UpstreamCircuit(states, clock);
    }

    @Produces
    @Singleton
    CircuitBreakingUpstreamRegistry upstream(Settings settings, UpstreamCircuit circuit, Clock clock) {
        return new CircuitBreakingUpstreamRegistry(
                new HttpUpstreamRegistry(
                        new SecretsManagerCredentials(clients.secretsManager()),
                        settings.insecureUpstreams().orElse(Set.of()),
                        UpstreamTimeouts.DEFAULT,
                        clock,
                        Sleeper.SLEEP::of),
                circuit);
    }

    @Produces
    @Singleton
    SingleFlight flight(DynamoDbTable table, Clock clock) {
        return new SingleFlight(new DynamoDbLeases(table), clock, Sleeper.SLEEP);
    }

    @Produces
    @Singleton
    CheckSchedule schedule(Settings settings) {
        return new CheckSchedule(settings.refreshInterval());
    }

    @Produces
    @Singleton
    BlobFiller fill(
            CircuitBreakingUpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            CacheEvents events,
            Clock clock) {
        return new BlobFiller(upstream, contents, index, flight, events, clock, INLINE_FILL_LIMIT_BYTES);
    }

    @Produces
    @Singleton
    ManifestFetcher fetcher(
            CircuitBreakingUpstreamRegistry upstream, ContentStore contents, RepositoryIndex index, Clock clock) {
        return new ManifestFetcher(upstream, contents, index, clock);
    }

    @Produces
    @Singleton
    TagChecker tagCheck(
            CircuitBreakingUpstreamRegistry upstream,
            RepositoryIndex index,
            ManifestFetcher fetcher,
            UpstreamStates states,
            CheckSchedule schedule,
            CacheEvents events,
            Clock clock) {
        return new TagChecker(upstream, index, fetcher, states, schedule, events, clock);
    }

    @Produces
    @Singleton
    RegistryHandler registry(
            Rules rules,
            CircuitBreakingUpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            ManifestFetcher fetcher,
            BlobFiller fill,
            TagChecker check,
            CacheEvents events,
            CheckSchedule schedule,
            Clock clock) {
        PullThroughCache cache = new PullThroughCache(
                upstream,
                contents,
                index,
                new ManifestPull(index, fetcher, check, flight, clock, schedule),
                fill,
                events,
                clock);
        return new RegistryHandler(rules, cache, PATIENCE, true);
    }

    @Produces
    @Singleton
    DueTagRefresh dueTagRefresh(
            Settings settings,
            Rules rules,
            RepositoryIndex index,
            ContentStore contents,
            CircuitBreakingUpstreamRegistry upstream,
            UpstreamCircuit circuit,
            ManifestFetcher fetcher,
            BlobFiller fill,
            TagChecker check,
            CheckSchedule schedule,
            Clock clock) {
        return new DueTagRefresh(
                rules,
                index,
                upstream,
                circuit,
                check,
                new ImageContents(contents, index, fetcher, fill, clock),
                schedule,
                clock,
                settings.refreshIdle());
    }

    @Produces
    @Singleton
    Refresher refresher(
            DynamoDbTable table,
            DueTagRefresh refresh,
            SingleFlight flight,
            CacheEvents events,
            CircuitBreakingUpstreamRegistry upstream,
            Clock clock) {
        return new Refresher(new DynamoDbDueTags(table), refresh, flight, events, upstream::calls, clock);
    }
}
