package dev.weir.fake;

import dev.weir.aws.DynamoDbDueTags;
import dev.weir.aws.DynamoDbLeases;
import dev.weir.aws.DynamoDbRepositoryIndex;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.DynamoDbUpstreamStates;
import dev.weir.aws.S3ContentStore;
import dev.weir.cache.BlobFill;
import dev.weir.cache.BlobFillRequest;
import dev.weir.cache.CacheEvent;
import dev.weir.cache.CheckSchedule;
import dev.weir.cache.ImageContents;
import dev.weir.cache.Pause;
import dev.weir.cache.PullThroughCache;
import dev.weir.cache.SingleFlight;
import dev.weir.cache.TagCheck;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
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
import dev.weir.upstream.Credential;
import dev.weir.upstream.GuardedUpstreamRegistry;
import dev.weir.upstream.HttpUpstreamRegistry;
import dev.weir.upstream.UpstreamCircuit;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
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
    /** What rule {@code up} says of its tags. */
    public volatile TagMutability tagMutability = TagMutability.MUTABLE;

    public final S3ContentStore contents;
    public final DynamoDbRepositoryIndex index;
    public final DynamoDbLeases leases;
    public final S3Client s3;
    public final Rules rules;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final DynamoDbClient dynamoDb = aws.clients.dynamoDb();

    public WeirUnderTest() {
        DynamoDbTable table = new DynamoDbTable(dynamoDb, aws.storeName);
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
                        Optional.empty(),
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

    /** Forgets the upstream's troubles, and lets the time pass in which processes remember them. */
    public void forgive() {
        clock.advance(Duration.ofSeconds(5));
        rules.list().forEach(rule -> states.remove(rule.upstreamUrl()));
    }

    /** The upstream behind its circuit, as in production. */
    public GuardedUpstreamRegistry guarded() {
        return new GuardedUpstreamRegistry(upstreamRegistry(Optional.empty()), new UpstreamCircuit(states, clock));
    }

    /** The refresh of one process. */
    public Refresher refresher() {
        UpstreamCircuit circuit = new UpstreamCircuit(states, clock);
        GuardedUpstreamRegistry registry = new GuardedUpstreamRegistry(upstreamRegistry(Optional.empty()), circuit);
        SingleFlight flight = flight(clock);
        BlobFill fill = new BlobFill(registry, contents, index, flight, events::addAll, clock, 0);
        DueTagRefresh refresh = new DueTagRefresh(
                rules,
                index,
                registry,
                circuit,
                states,
                new TagCheck(registry, contents, index, schedule, events::addAll, clock),
                new ImageContents(registry, contents, index, fill, schedule, clock),
                schedule,
                events::addAll,
                clock,
                IDLE);
        return new Refresher(dueTags, refresh, flight, events::addAll, registry::calls, clock);
    }

    private static List<BlobFillRequest> fills(List<? extends CacheEvent> sent) {
        return sent.stream()
                .filter(BlobFillRequest.class::isInstance)
                .map(BlobFillRequest.class::cast)
                .toList();
    }

    /** An upstream client that does not wait between tries. */
    public UpstreamRegistry upstreamRegistry(Optional<Credential> credential) {
        return new HttpUpstreamRegistry(
                rule -> credential, Set.of(upstream.hostAndPort()), UpstreamTimeouts.DEFAULT, clock, wait -> {});
    }

    /** One process's worth of Weir; several share the store. Waiting is a moment, so that other threads get on. */
    public RegistryHandler process(Clock processClock, long inlineLimitBytes) {
        UpstreamRegistry registry = guarded();
        SingleFlight flight = flight(processClock);
        BlobFill[] taker = new BlobFill[1];
        BlobFill fill = new BlobFill(
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
        PullThroughCache cache = new PullThroughCache(
                registry,
                contents,
                index,
                flight,
                fill,
                sent -> {
                    fillRequests.addAll(fills(sent));
                    events.addAll(sent);
                },
                processClock,
                schedule);
        return new RegistryHandler(rules, cache, Duration.ofSeconds(20));
    }

    /** What the fill function does, without any event of its own. */
    public BlobFill fill() {
        return new BlobFill(
                upstreamRegistry(Optional.empty()), contents, index, flight(clock), events::addAll, clock, 0);
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
        aws.close();
    }
}
