package dev.weir.local;

import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.DynamoDbDueTags;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.DynamoDbUpstreamStates;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.fill.BlobFiller;
import dev.weir.fill.ImageContents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.lease.SingleFlight;
import dev.weir.pull.ManifestPull;
import dev.weir.pull.PullThroughCache;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.time.Sleeper;
import dev.weir.upstream.CircuitBreakingUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A whole registry in one process: the production adapters on S3 and DynamoDB inside it, or on those that
 * {@code AWS_ENDPOINT_URL} names. Read it as the table of contents.
 */
public final class LocalRegistry implements AutoCloseable {
    private static final long INLINE_FILL_LIMIT_BYTES = 1024 * 1024;
    private static final Duration LONGEST_UPLOAD = Duration.ofHours(24);
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Optional<EmbeddedDynamoDb> dynamoDb;
    private final Optional<EmbeddedS3> s3;
    private final LocalCacheEvents events;
    private final RegistryHandler handler;
    private final RefreshTimer timer;

    /** Starts what {@code settings} ask for; table and bucket are made if absent, the rules become those of the settings. */
    LocalRegistry(LocalSettings settings, Map<String, String> environment) {
        this.dynamoDb = settings.embedded()
                ? Optional.of(EmbeddedDynamoDb.start(Optional.of(settings.data().resolve("dynamodb"))))
                : Optional.empty();
        this.s3 = settings.embedded()
                ? Optional.of(EmbeddedS3.start(settings.data().resolve("s3")))
                : Optional.empty();
        Clock clock = Clock.systemUTC();
        AwsClients clients = new AwsClients(dynamoDb.map(local -> emulator(local, s3.orElseThrow())), true);
        DynamoDbTable table = new DynamoDbTable(clients.dynamoDb(), environment.getOrDefault("WEIR_TABLE", "weir"));
        table.createIfAbsent();
        S3ContentStore contents = new S3ContentStore(
                clients.s3(), clients.s3Presigner(), environment.getOrDefault("WEIR_BUCKET", "weir"));
        contents.createBucketIfAbsent();
        contents.abortUploadsBefore(clock.instant().minus(LONGEST_UPLOAD));
        DynamoDbRules rules = new DynamoDbRules(table, settings.insecureUpstreams());
        rules.replaceAll(settings.rules(), settings.repositories());

        DynamoDbUpstreamStates states = new DynamoDbUpstreamStates(table);
        UpstreamCircuit circuit = new UpstreamCircuit(states, clock);
        CircuitBreakingUpstreamRegistry upstream = new CircuitBreakingUpstreamRegistry(
                new HttpUpstreamRegistry(
                        DockerConfigCredentials.of(environment),
                        settings.insecureUpstreams(),
                        UpstreamTimeouts.DEFAULT,
                        clock,
                        Sleeper.SLEEP::of),
                circuit);
        DynamoDbRepositoryIndex index = new DynamoDbRepositoryIndex(table);
        SingleFlight flight = new SingleFlight(new DynamoDbLeases(table), clock, Sleeper.SLEEP);
        this.events = new LocalCacheEvents(rules);
        BlobFiller fill = new BlobFiller(upstream, contents, index, flight, events, clock, INLINE_FILL_LIMIT_BYTES);
        events.start(fill);
        CheckSchedule schedule = new CheckSchedule(settings.refreshInterval());
        ManifestFetcher fetcher = new ManifestFetcher(upstream, contents, index, clock);
        TagChecker check = new TagChecker(upstream, index, fetcher, states, schedule, events, clock);
        PullThroughCache cache = new PullThroughCache(
                upstream,
                contents,
                index,
                new ManifestPull(index, fetcher, check, flight, clock, schedule),
                fill,
                events,
                clock);
        this.handler = new RegistryHandler(rules, cache, PATIENCE, false);
        DueTagRefresh refresh = new DueTagRefresh(
                rules,
                index,
                upstream,
                circuit,
                check,
                new ImageContents(contents, index, fetcher, fill, clock),
                schedule,
                clock,
                settings.refreshIdle());
        this.timer = new RefreshTimer(
                new Refresher(new DynamoDbDueTags(table), refresh, flight, events, upstream::calls, clock),
                settings.refreshTick());
    }

    private static Emulator emulator(EmbeddedDynamoDb dynamoDb, EmbeddedS3 s3) {
        return new Emulator(
                dynamoDb.endpoint(),
                s3.endpoint(),
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)));
    }

    public RegistryHandler handler() {
        return handler;
    }

    @Override
    public void close() {
        timer.close();
        events.close();
        s3.ifPresent(EmbeddedS3::close);
        dynamoDb.ifPresent(EmbeddedDynamoDb::close);
    }
}
