package dev.weir.fake;

import dev.weir.aws.DynamoDbDueTags;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.DynamoDbUpstreamStates;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.check.CheckSchedule;
import dev.weir.check.TagChecker;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.BlobFiller;
import dev.weir.fill.ImageContents;
import dev.weir.fill.ManifestFetcher;
import dev.weir.lease.SingleFlight;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.pull.ManifestPull;
import dev.weir.pull.PullThroughCache;
import dev.weir.refresh.DueTagRefresh;
import dev.weir.refresh.Refresher;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.Rules;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.DueTags;
import dev.weir.time.Sleeper;
import dev.weir.upstream.CircuitBreakingUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** A registry of the production parts on the AWS under test, its rules {@code up} and {@code docker-hub} pointing at a fake upstream. */
public final class WeirUnderTest implements AutoCloseable {
    public static final Duration INTERVAL = Duration.ofHours(24);
    public static final Duration IDLE = Duration.ofDays(30);

    public final FakeUpstream upstream = new FakeUpstream();
    public final MovableClock clock = new MovableClock();
    public final List<BlobFillRequest> fillRequests = new CopyOnWriteArrayList<>();
    public final List<CacheEvent> events = new CopyOnWriteArrayList<>();
    public final CheckSchedule schedule = new CheckSchedule(INTERVAL);
    public final DynamoDbUpstreamStates states;
    public final DynamoDbDueTags dueTags;
    /** What rule {@code up} says of its interval. */
    public volatile Optional<Duration> refreshInterval = Optional.empty();
    /** What rule {@code up} says of its tags. */
    public volatile TagMutability tagMutability = TagMutability.MUTABLE;

    public final DynamoDbTable table;
    public final S3ContentStore contents;
    public final DynamoDbRepositoryIndex index;
    public final DynamoDbLeases leases;
    public final S3Client s3;
    public final Rules rules;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final DynamoDbClient dynamoDb = aws.clients.dynamoDb();

    public WeirUnderTest() {
        table = new DynamoDbTable(dynamoDb, aws.storeName);
        table.createIfAbsent();
        s3 = aws.clients.s3();
        contents = new S3ContentStore(s3, aws.clients.s3Presigner(), aws.storeName);
        contents.createBucketIfAbsent();
        index = new DynamoDbRepositoryIndex(table);
        leases = new DynamoDbLeases(table);
        states = new DynamoDbUpstreamStates(table);
        dueTags = new DynamoDbDueTags(table);
        UpstreamUrl url = UpstreamUrl.parse("http://" + upstream.hostAndPort(), Set.of(upstream.hostAndPort()));
        rules = () -> List.of(
                new PullThroughCacheRule(
                        RepositoryPrefix.parse("up"),
                        url,
                        RepositoryPrefix.ROOT,
                        Optional.empty(),
                        Optional.empty(),
                        refreshInterval,
                        tagMutability),
                PullThroughCacheRule.of(RepositoryPrefix.parse("docker-hub"), url));
    }

    /** What the content store's bucket is called. */
    public String bucket() {
        return aws.storeName;
    }

    /** Many tags of one small manifest, cached now as if each had been pulled; put by the batch, since a pull takes long. */
    public void cacheMany(String name, int tags) {
        String json = "{\"schemaVersion\":2,\"name\":\"" + name + "\"}";
        RegistryHandler registry = process(clock, 0);
        upstream.manifest(name, "t0", MediaType.OCI_MANIFEST, json);
        get(registry, "/v2/up/" + name + "/manifests/t0");
        UpstreamRepository repository =
                rules.match(RepositoryName.parse("up/" + name)).orElseThrow();
        Map<String, AttributeValue> first = dynamoDb.getItem(request -> request.tableName(aws.storeName)
                        .key(Map.of("pk", AttributeValue.fromS("R#up/" + name), "sk", AttributeValue.fromS("T#t0"))))
                .item();
        List<WriteRequest> batch = new ArrayList<>();
        for (int i = 1; i < tags; i++) {
            upstream.manifest(name, "t" + i, MediaType.OCI_MANIFEST, json);
            Map<String, AttributeValue> item = new HashMap<>(first);
            Instant dueAt = schedule.next(repository, Tag.parse("t" + i), clock.instant());
            item.put("sk", AttributeValue.fromS("T#t" + i));
            item.put("dueShard", AttributeValue.fromS(Integer.toHexString(i % 16)));
            item.put("dueAt", AttributeValue.fromN(Long.toString(dueAt.toEpochMilli())));
            batch.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
            if (batch.size() == 25 || i == tags - 1) {
                List<WriteRequest> full = List.copyOf(batch);
                dynamoDb.batchWriteItem(request -> request.requestItems(Map.of(aws.storeName, full)));
                batch.clear();
            }
        }
    }

    /** An item as somebody else might write it: strings and numbers. */
    public void putItem(Map<String, Object> attributes) {
        Map<String, AttributeValue> item = new HashMap<>();
        attributes.forEach((name, value) -> item.put(
                name,
                value instanceof Number
                        ? AttributeValue.fromN(value.toString())
                        : AttributeValue.fromS(value.toString())));
        dynamoDb.putItem(request -> request.tableName(aws.storeName).item(item));
    }

    /** Forgets the upstream's troubles, and lets the time pass in which processes remember them. */
    public void forgive() {
        clock.advance(Duration.ofSeconds(5));
        rules.list()
                .forEach(rule -> states.replace(rule.upstreamUrl(), states.find(rule.upstreamUrl()), Optional.empty()));
    }

    /** The upstream behind its circuit, as in production. */
    private CircuitBreakingUpstreamRegistry guarded(Clock processClock) {
        return new CircuitBreakingUpstreamRegistry(
                upstreamRegistry(processClock), new UpstreamCircuit(states, processClock));
    }

    /** The refresh of one process. */
    public Refresher refresher() {
        return refresher(dueTags);
    }

    public Refresher refresher(DueTags due) {
        UpstreamCircuit circuit = new UpstreamCircuit(states, clock);
        CircuitBreakingUpstreamRegistry registry =
                new CircuitBreakingUpstreamRegistry(upstreamRegistry(clock), circuit);
        SingleFlight flight = flight(clock);
        BlobFiller fill = new BlobFiller(registry, contents, index, flight, events::addAll, clock, 0);
        ManifestFetcher fetcher = new ManifestFetcher(registry, contents, index, clock);
        DueTagRefresh refresh = new DueTagRefresh(
                rules,
                index,
                registry,
                circuit,
                new TagChecker(registry, index, fetcher, states, schedule, events::addAll, clock),
                new ImageContents(contents, index, fetcher, fill, clock),
                schedule,
                clock,
                IDLE);
        return new Refresher(due, refresh, flight, events::addAll, registry::calls, clock);
    }

    private static List<BlobFillRequest> fills(List<? extends CacheEvent> sent) {
        return sent.stream()
                .filter(BlobFillRequest.class::isInstance)
                .map(BlobFillRequest.class::cast)
                .toList();
    }

    /** An upstream client that does not wait between tries. */
    private UpstreamRegistry upstreamRegistry(Clock processClock) {
        return new HttpUpstreamRegistry(
                rule -> Optional.empty(),
                Set.of(upstream.hostAndPort()),
                UpstreamTimeouts.DEFAULT,
                processClock,
                wait -> {});
    }

    /** One process's worth of Weir; several share the store. Waiting is a moment, so that other threads get on. */
    public RegistryHandler process(Clock processClock, long inlineLimitBytes) {
        UpstreamRegistry registry = guarded(processClock);
        SingleFlight flight = flight(processClock);
        BlobFiller[] taker = new BlobFiller[1];
        BlobFiller fill = new BlobFiller(
                registry,
                contents,
                index,
                flight,
                sent -> {
                    fillRequests.addAll(fills(sent));
                    fills(sent).forEach(request -> new Thread(() -> taker[0].fill(
                                    rules.match(request.repository()).orElseThrow(),
                                    request.digest(),
                                    request.attempt(),
                                    Instant.MAX))
                            .start());
                },
                processClock,
                inlineLimitBytes);
        taker[0] = fill;
        CacheEvents told = sent -> {
            fillRequests.addAll(fills(sent));
            events.addAll(sent);
        };
        ManifestFetcher fetcher = new ManifestFetcher(registry, contents, index, processClock);
        TagChecker check = new TagChecker(registry, index, fetcher, states, schedule, told, processClock);
        PullThroughCache cache = new PullThroughCache(
                registry,
                contents,
                index,
                new ManifestPull(index, fetcher, check, flight, processClock, schedule),
                fill,
                told,
                processClock);
        return new RegistryHandler(rules, cache, Duration.ofSeconds(20), false);
    }

    /** What the fill function does, without any event of its own. */
    public BlobFiller fill() {
        return new BlobFiller(upstreamRegistry(clock), contents, index, flight(clock), events::addAll, clock, 0);
    }

    private SingleFlight flight(Clock processClock) {
        return new SingleFlight(leases, processClock, wait -> Sleeper.SLEEP.of(Duration.ofMillis(5)));
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
        aws.close();
    }
}
