package dev.weir.local;

import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryHandler;
import dev.weir.table.TableRules;
import dev.weir.time.Sleeper;
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
        TableRules rules = new TableRules(table, settings.insecureUpstreams());
        rules.replaceAll(settings.rules());
        this.events = new LocalCacheEvents();
        Assembly assembly = new Assembly(
                new Adapters(
                        rules,
                        table,
                        contents,
                        new HttpUpstreamRegistry(
                                DockerConfigCredentials.of(environment),
                                settings.insecureUpstreams(),
                                UpstreamTimeouts.DEFAULT,
                                clock,
                                Sleeper.SYSTEM),
                        events),
                Options.of(Front.SENDS_CONTENT_LENGTH, PATIENCE)
                        .withRefresh(settings.refreshInterval(), settings.refreshIdle()));
        events.deliverTo(assembly.fillRequests());
        this.handler = assembly.registry();
        this.timer = new RefreshTimer(assembly.refresher(), settings.refreshTick());
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
