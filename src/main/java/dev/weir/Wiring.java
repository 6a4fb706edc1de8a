package dev.weir;

import dev.weir.access.Authenticator;
import dev.weir.aws.AwsClients;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.EventBridgeCacheEvents;
import dev.weir.aws.S3ContentStore;
import dev.weir.aws.SecretsManagerCredentials;
import dev.weir.aws.SecretsManagerUsers;
import dev.weir.cache.BlobFill;
import dev.weir.cache.CacheEvents;
import dev.weir.cache.ContentStore;
import dev.weir.cache.Pause;
import dev.weir.cache.PullThroughCache;
import dev.weir.cache.RepositoryIndex;
import dev.weir.cache.SingleFlight;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.Rules;
import dev.weir.upstream.HttpUpstreamRegistry;
import dev.weir.upstream.UpstreamRegistry;
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
    Authenticator authenticator(Settings settings) {
        return new Authenticator(new SecretsManagerUsers(clients.secretsManager(), settings.usersSecret()));
    }

    @Produces
    @Singleton
    UpstreamRegistry upstream(Settings settings) {
        return new HttpUpstreamRegistry(
                new SecretsManagerCredentials(clients.secretsManager()),
                settings.insecureUpstreams().orElse(Set.of()),
                UpstreamTimeouts.DEFAULT,
                Clock.systemUTC(),
                Pause.SLEEP::of);
    }

    @Produces
    @Singleton
    SingleFlight flight(DynamoDbTable table) {
        return new SingleFlight(new DynamoDbLeases(table), Clock.systemUTC(), Pause.SLEEP);
    }

    @Produces
    @Singleton
    BlobFill fill(
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            CacheEvents events) {
        return new BlobFill(upstream, contents, index, flight, events, Clock.systemUTC(), INLINE_FILL_LIMIT_BYTES);
    }

    @Produces
    @Singleton
    RegistryHandler registry(
            Settings settings,
            Rules rules,
            UpstreamRegistry upstream,
            ContentStore contents,
            RepositoryIndex index,
            SingleFlight flight,
            BlobFill fill,
            CacheEvents events) {
        PullThroughCache cache = new PullThroughCache(
                upstream, contents, index, flight, fill, events, Clock.systemUTC(), settings.refreshInterval());
        return new RegistryHandler(rules, cache, PATIENCE);
    }
}
