package dev.weir.local;

import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.DynamoDbDueTags;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.DynamoDbUpstreamStates;
import dev.weir.aws.S3ContentStore;
import dev.weir.cache.BlobFill;
import dev.weir.cache.CheckSchedule;
import dev.weir.cache.ContentStore;
import dev.weir.cache.ImageContents;
import dev.weir.cache.Pause;
import dev.weir.cache.PullThroughCache;
import dev.weir.cache.SingleFlight;
import dev.weir.cache.TagCheck;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.upstream.GuardedUpstreamRegistry;
import dev.weir.upstream.HttpUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamTimeouts;
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
    private final Optional<DataFolder> folder;
    private final Optional<FileContentStore> files;
    private final LocalCacheEvents events;
    private final RegistryHandler handler;
    private final RefreshTimer timer;

    /** Starts what {@code settings} ask for; table and bucket are made if absent, the rules become those of the settings. */
    LocalRegistry(LocalSettings settings, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        this.folder = settings.embedded() ? Optional.of(DataFolder.open(settings.data())) : Optional.empty();
        this.files = folder.map(held -> FileContentStore.open(held, clock));
        this.dynamoDb = settings.embedded()
                ? Optional.of(EmbeddedDynamoDb.start(Optional.of(settings.data().resolve("dynamodb"))))
                : Optional.empty();
        AwsClients clients = new AwsClients(dynamoDb.map(LocalRegistry::emulator), true);
        DynamoDbTable table = new DynamoDbTable(clients.dynamoDb(), environment.getOrDefault("WEIR_TABLE", "weir"));
        table.createIfAbsent();
        ContentStore contents = files.isPresent() ? files.get() : inS3(clients, environment, clock);
        DynamoDbRules rules = new DynamoDbRules(table, settings.insecureUpstreams());
        rules.replaceAll(settings.rules(), settings.repositories());

        DynamoDbUpstreamStates states = new DynamoDbUpstreamStates(table);
        UpstreamCircuit circuit = new UpstreamCircuit(states, clock);
        GuardedUpstreamRegistry upstream = new GuardedUpstreamRegistry(
                new HttpUpstreamRegistry(
                        DockerConfigCredentials.of(environment),
                        settings.insecureUpstreams(),
                        UpstreamTimeouts.DEFAULT,
                        clock,
                        Pause.SLEEP::of),
                circuit);
        DynamoDbRepositoryIndex index = new DynamoDbRepositoryIndex(table);
        SingleFlight flight = new SingleFlight(new DynamoDbLeases(table), clock, Pause.SLEEP);
        this.events = new LocalCacheEvents(rules);
        BlobFill fill = new BlobFill(upstream, contents, index, flight, events, clock, INLINE_FILL_LIMIT_BYTES);
        events.start(fill);
        CheckSchedule schedule = new CheckSchedule(settings.refreshInterval());
        TagCheck check = new TagCheck(upstream, contents, index, states, schedule, events, clock);
        PullThroughCache cache =
                new PullThroughCache(upstream, contents, index, flight, fill, check, events, clock, schedule);
        this.handler = new RegistryHandler(rules, cache, PATIENCE, false);
        DueTagRefresh refresh = new DueTagRefresh(
                rules,
                index,
                upstream,
                circuit,
                check,
                new ImageContents(upstream, contents, index, fill, schedule, clock),
                schedule,
                clock,
                settings.refreshIdle());
        this.timer = new RefreshTimer(
                new Refresher(new DynamoDbDueTags(table), refresh, flight, events, upstream::calls, clock),
                settings.refreshTick());
    }

    private static ContentStore inS3(AwsClients clients, Map<String, String> environment, Clock clock) {
        S3ContentStore contents = new S3ContentStore(
                clients.s3(), clients.s3Presigner(), environment.getOrDefault("WEIR_BUCKET", "weir"));
        contents.createBucketIfAbsent();
        contents.abortUploadsBefore(clock.instant().minus(LONGEST_UPLOAD));
        return contents;
    }

    private static Emulator emulator(EmbeddedDynamoDb dynamoDb) {
        return new Emulator(
                dynamoDb.endpoint(),
                dynamoDb.endpoint(),
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)));
    }

    public RegistryHandler handler() {
        return handler;
    }

    /** Present unless the blobs are in S3. */
    Optional<FileContentStore> files() {
        return files;
    }

    @Override
    public void close() {
        timer.close();
        events.close();
        dynamoDb.ifPresent(EmbeddedDynamoDb::close);
        folder.ifPresent(DataFolder::close);
    }
}
