package dev.weir.fake;

import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.S3ContentStore;
import dev.weir.cache.BlobFill;
import dev.weir.cache.BlobFillRequest;
import dev.weir.cache.Pause;
import dev.weir.cache.PullThroughCache;
import dev.weir.cache.SingleFlight;
import dev.weir.local.EmbeddedDynamoDb;
import dev.weir.local.EmbeddedS3;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.HttpUpstreamRegistry;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** A registry of the production parts on embedded DynamoDB and S3, its rules {@code up} and {@code docker-hub} pointing at a fake upstream. */
public final class WeirUnderTest implements AutoCloseable {
    public static final Duration INTERVAL = Duration.ofHours(24);

    public final FakeUpstream upstream = new FakeUpstream();
    public final MovableClock clock = new MovableClock();
    public final List<BlobFillRequest> fillRequests = new CopyOnWriteArrayList<>();
    public final S3ContentStore contents;
    public final DynamoDbRepositoryIndex index;
    public final DynamoDbLeases leases;
    public final S3Client s3;
    public final Rules rules;

    private final EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(Optional.empty());
    private final EmbeddedS3 embeddedS3;

    public WeirUnderTest() {
        try {
            embeddedS3 = EmbeddedS3.start(Files.createTempDirectory("weir-it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AwsClients clients = new AwsClients(
                Optional.of(new Emulator(
                        dynamoDb.endpoint(),
                        embeddedS3.endpoint(),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)))),
                true);
        DynamoDbTable table = new DynamoDbTable(clients.dynamoDb(), "weir");
        table.createIfAbsent();
        s3 = clients.s3();
        contents = new S3ContentStore(s3, clients.s3Presigner(), "weir");
        contents.createBucketIfAbsent();
        index = new DynamoDbRepositoryIndex(table);
        leases = new DynamoDbLeases(table);
        UpstreamUrl url = UpstreamUrl.parse("http://" + upstream.hostAndPort(), Set.of(upstream.hostAndPort()));
        List<PullThroughCacheRule> both = List.of(
                PullThroughCacheRule.of(RepositoryPrefix.parse("up"), url),
                PullThroughCacheRule.of(RepositoryPrefix.parse("docker-hub"), url));
        rules = () -> both;
    }

    /** An upstream client that does not wait between tries. */
    public UpstreamRegistry upstreamRegistry(Optional<Credential> credential) {
        return new HttpUpstreamRegistry(
                rule -> credential, Set.of(upstream.hostAndPort()), UpstreamTimeouts.DEFAULT, clock, wait -> {});
    }

    /** One process's worth of Weir; several share the store. Waiting is a moment, so that other threads get on. */
    public RegistryHandler process(Clock processClock, long inlineLimitBytes) {
        UpstreamRegistry registry = upstreamRegistry(Optional.empty());
        SingleFlight flight = flight(processClock);
        BlobFill[] taker = new BlobFill[1];
        BlobFill fill = new BlobFill(
                registry,
                contents,
                index,
                flight,
                requests -> {
                    fillRequests.addAll(requests);
                    requests.forEach(request -> new Thread(() -> taker[0].fill(
                                    rules.match(request.repository()).orElseThrow(), request.digest()))
                            .start());
                },
                processClock,
                inlineLimitBytes);
        taker[0] = fill;
        PullThroughCache cache = new PullThroughCache(
                registry, contents, index, flight, fill, fillRequests::addAll, processClock, INTERVAL);
        return new RegistryHandler(rules, cache, Duration.ofSeconds(20));
    }

    /** What the fill function does, without any event of its own. */
    public BlobFill fill() {
        return new BlobFill(
                upstreamRegistry(Optional.empty()), contents, index, flight(clock), requests -> {}, clock, 0);
    }

    private SingleFlight flight(Clock processClock) {
        return new SingleFlight(leases, processClock, wait -> Pause.SLEEP.of(Duration.ofMillis(5)));
    }

    public static RegistryResponse get(RegistryHandler handler, String path) {
        return send(handler, "GET", path, Map.of());
    }

    public static RegistryResponse send(
            RegistryHandler handler, String method, String path, Map<String, List<String>> query) {
        return handler.handle(new RegistryRequest(method, path, query, Map.of(), "request-1"));
    }

    @Override
    public void close() {
        upstream.close();
        embeddedS3.close();
        dynamoDb.close();
    }
}
