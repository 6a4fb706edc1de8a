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
import dev.weir.aws.EventBridgeCacheEvents;
import dev.weir.aws.S3ContentStore;
import dev.weir.aws.SecretsManagerCredentials;
import dev.weir.aws.SecretsManagerUsers;
import dev.weir.cache.BlobFill;
import dev.weir.cache.CacheEvents;
import dev.weir.cache.CheckSchedule;
import dev.weir.cache.ContentStore;
import dev.weir.cache.ImageContents;
import dev.weir.cache.Pause;
import dev.weir.cache.PullThroughCache;
import dev.weir.cache.RepositoryIndex;
import dev.weir.cache.SingleFlight;
import dev.weir.cache.TagCheck;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.Rules;
import dev.weir.upstream.GuardedUpstreamRegistry;
import dev.weir.upstream.HttpUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamStates;
import dev.weir.upstream.UpstreamTimeouts;
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
    GuardedUpstreamRegistry upstream(Settings settings, UpstreamCircuit circuit, Clock clock) {
        return new GuardedUpstreamRegistry(
                new HttpUpstreamRegistry(
                        new SecretsManagerCredentials(clients.secretsManager()),
                        settings.insecureUpstreams().orElse(Set.of()),
                        UpstreamTimeouts.DEFAULT,
                        clock,
                        Pause.SLEEP::of),
                circuit);
    }

    @Produces
    @Singleton
    SingleFlight flight(DynamoDbTable table, Clock clock) {
        return new SingleFlight(new DynamoDbLeases(table), clock, Pause.SLEEP);
    }

    @Produces
    @Singleton
    CheckSchedule schedule(Settings settings) {
        return new CheckSchedule(settings.refreshInterval());
    }

    @Produces
    @Singleton
    BlobFill fill(
            GuardedUpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            CacheEvents events,
            Clock clock) {
        return new BlobFill(upstream, contents, index, flight, events, clock, INLINE_FILL_LIMIT_BYTES);
    }

    @Produces
    @Singleton
    TagCheck tagCheck(
            GuardedUpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            UpstreamStates states,
            CheckSchedule schedule,
            CacheEvents events,
            Clock clock) {
        return new TagCheck(upstream, contents, index, states, schedule, events, clock);
    }

    @Produces
    @Singleton
    RegistryHandler registry(
            Rules rules,
            GuardedUpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            BlobFill fill,
            TagCheck check,
            CacheEvents events,
            CheckSchedule schedule,
            Clock clock) {
        PullThroughCache cache =
                new PullThroughCache(upstream, contents, index, flight, fill, check, events, clock, schedule);
        return new RegistryHandler(rules, cache, PATIENCE, true);
    }

    @Produces
    @Singleton
    DueTagRefresh dueTagRefresh(
            Settings settings,
            Rules rules,
            RepositoryIndex index,
            ContentStore contents,
            GuardedUpstreamRegistry upstream,
            UpstreamCircuit circuit,
            BlobFill fill,
            TagCheck check,
            CheckSchedule schedule,
            Clock clock) {
        return new DueTagRefresh(
                rules,
                index,
                upstream,
                circuit,
                check,
                new ImageContents(upstream, contents, index, fill, schedule, clock),
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
            GuardedUpstreamRegistry upstream,
            Clock clock) {
        return new Refresher(new DynamoDbDueTags(table), refresh, flight, events, upstream::calls, clock);
    }
}
