package dev.weir.fake;

import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.check.CheckSchedule;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.FillRequests;
import dev.weir.lease.Lease;
import dev.weir.lease.LeaseName;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.refresh.Refresher;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.Rules;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.ContentStore;
import dev.weir.table.Consistency;
import dev.weir.table.Item;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.TableDueTags;
import dev.weir.table.TableLayout;
import dev.weir.table.TableLeases;
import dev.weir.table.TableRepositoryLinks;
import dev.weir.table.TableTagStore;
import dev.weir.table.TableUpstreamStates;
import dev.weir.table.TimesOfDay;
import dev.weir.table.Write;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/** Weir as it is assembled, on the AWS under test, its rules {@code up} and {@code docker-hub} pointing at a fake upstream. */
public final class WeirUnderTest implements AutoCloseable {
    public static final Duration INTERVAL = Options.DEFAULT_INTERVAL;
    public static final Duration IDLE = Options.DEFAULT_IDLE;

    public final FakeUpstream upstream = new FakeUpstream();
    public final MovableClock clock = new MovableClock();
    public final List<BlobFillRequest> fillRequests = new CopyOnWriteArrayList<>();
    /** What was sent but the requests for fills that a pull waits for. */
    public final List<CacheEvent> events = new CopyOnWriteArrayList<>();

    public final CheckSchedule schedule = new CheckSchedule(INTERVAL);
    /** What rule {@code up} says of its interval. */
    public volatile Optional<Duration> refreshInterval = Optional.empty();
    /** What rule {@code up} says of its tags. */
    public volatile TagMutability tagMutability = TagMutability.MUTABLE;

    /** What the rules' credentials are, for processes made after it is set. */
    public volatile Credentials credentials = rule -> Optional.empty();

    public final DynamoDbTable table;
    public final S3ContentStore contents;
    public final TableTagStore tags;
    public final TableRepositoryLinks links;
    public final TableLeases leases;
    public final TableUpstreamStates states;
    public final TableDueTags dueTags;
    public final S3Client s3;
    public volatile Rules rules;

    private final AwsUnderTest aws = AwsUnderTest.start();
    private final InsecureUpstreams insecure;

    /** @param redirectTargets hosts beside the upstream that may be dialled */
    public WeirUnderTest(String... redirectTargets) {
        insecure = InsecureUpstreams.parse(Stream.concat(Stream.of(upstream.hostAndPort()), Stream.of(redirectTargets))
                .toList());
        table = new DynamoDbTable(aws.clients.dynamoDb(), aws.storeName);
        table.createIfAbsent();
        s3 = aws.clients.s3();
        contents = new S3ContentStore(s3, aws.clients::s3Presigner, aws.storeName);
        contents.createBucketIfAbsent();
        links = new TableRepositoryLinks(table, clock);
        tags = new TableTagStore(table, links);
        leases = new TableLeases(table);
        states = new TableUpstreamStates(table);
        dueTags = new TableDueTags(table);
        rules = () -> RuleSet.of(
                new PullThroughCacheRule(
                        RepositoryPrefix.parse("up"),
                        upstreamUrl(),
                        RepositoryPrefix.ROOT,
                        Optional.empty(),
                        Optional.empty(),
                        refreshInterval.map(RuleSettings::ofRefreshInterval).orElse(RuleSettings.NONE),
                        tagMutability),
                PullThroughCacheRule.of(RepositoryPrefix.parse("docker-hub"), upstreamUrl()));
    }

    public UpstreamUrl upstreamUrl() {
        return UpstreamUrl.parse("http://" + upstream.hostAndPort(), insecure);
    }

    /** What the content store's bucket is called. */
    public String bucket() {
        return aws.storeName;
    }

    /** The repository of that name under its rule. */
    public UpstreamRepository repository(String name) {
        return rules.current().match(RepositoryName.parse(name)).found().orElseThrow();
    }

    /** Many tags of one small manifest, cached now as if each had been pulled; put by the transaction, since a pull takes long. */
    public void cacheMany(String name, int count) {
        String json = "{\"schemaVersion\":2,\"config\":{},\"layers\":[],\"annotations\":{\"name\":\"" + name + "\"}}";
        upstream.manifest(name, "t0", MediaType.OCI_MANIFEST, json);
        get(process(clock, 0), "/v2/up/" + name + "/manifests/t0");
        UpstreamRepository repository = repository("up/" + name);
        Item first = table.find(TableLayout.tag(repository.name(), Tag.parse("t0")), Consistency.STRONG)
                .orElseThrow();
        List<Write> batch = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            Tag tag = Tag.parse("t" + i);
            upstream.manifest(name, tag.value(), MediaType.OCI_MANIFEST, json);
            Instant dueAt = schedule.next(repository, tag, clock.instant());
            Item item = new Item(TableLayout.tag(repository.name(), tag), first.attributes())
                    .with(TableLayout.DUE_SHARD, Integer.toHexString(i % 16))
                    .with(TableLayout.DUE_TIME, TimesOfDay.of(dueAt))
                    .with(TableLayout.DUE_AT, dueAt);
            batch.add(new Write.Put(item, dev.weir.table.Condition.always()));
            if (batch.size() == Table.MAX_TRANSACTION || i == count - 1) {
                table.transact(batch);
                batch.clear();
            }
        }
    }

    /** Upstream answers as it should, nobody remembers that it did not, and nothing was asked of it yet. */
    public void upstreamIsWell() {
        upstream.behave();
        closeCircuits();
        upstream.requests().clear();
    }

    /** Closes all circuits of all upstreams, and lets the time pass in which processes remember them. */
    public void closeCircuits() {
        clock.advance(Duration.ofSeconds(5));
        rules.current().rules().stream()
                .map(rule -> Query.of("U#" + rule.account()))
                .flatMap(table::stream)
                .map(Item::key)
                .toList()
                .forEach(table::delete);
    }

    /** One process's worth of Weir; several share the store. Waiting is a moment, so that other threads get on. */
    public Assembly assembly(Clock processClock, long inlineFillBytes, Table processTable, CacheEvents sink) {
        return new Assembly(
                new Adapters(() -> rules.current(), processTable, contents, httpUpstream(processClock), sink),
                Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                        .withInlineFillBytes(inlineFillBytes)
                        .withTime(processClock, wait -> Sleeper.SYSTEM.sleep(Duration.ofMillis(5))));
    }

    /** One process for which the time passes as it waits; it may have a table, rules and content store of its own. */
    public Assembly waiting(Table processTable, ContentStore store, Credentials credentials) {
        return new Assembly(
                new Adapters(
                        () -> rules.current(),
                        processTable,
                        store,
                        new HttpUpstreamRegistry(
                                credentials, insecure, UpstreamTimeouts.DEFAULT, clock, clock::advance),
                        events::addAll),
                Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                        .withInlineFillBytes(Long.MAX_VALUE)
                        .withTime(clock, clock::advance));
    }

    /** An upstream client that does not wait between tries. */
    public HttpUpstreamRegistry httpUpstream(Clock processClock) {
        return new HttpUpstreamRegistry(credentials, insecure, UpstreamTimeouts.DEFAULT, processClock, wait -> {});
    }

    /** The refresh of one process. */
    public Refresher refresher() {
        return refresher(table);
    }

    public Refresher refresher(Table processTable) {
        return assembly(clock, 0, processTable, events::addAll).refresher();
    }

    /** What the fill function is handed. */
    public FillRequests fillRequestsOf(Clock processClock) {
        return assembly(processClock, 0, table, events::addAll).fillRequests();
    }

    /** One process that answers pulls; the fills that its pulls wait for are done in threads of their own. */
    public RegistryHandler process(Clock processClock, long inlineFillBytes) {
        FillRequests[] consumer = new FillRequests[1];
        Assembly assembly = assembly(processClock, inlineFillBytes, table, sent -> {
            for (CacheEvent event : sent) {
                if (event instanceof BlobFillRequest request) {
                    fillRequests.add(request);
                    if (isAwaited(request)) {
                        new Thread(() -> consumer[0].consume(request, Deadline.never(processClock))).start();
                        continue;
                    }
                }
                events.add(event);
            }
        });
        consumer[0] = assembly.fillRequests();
        return assembly.registry();
    }

    private boolean isAwaited(BlobFillRequest request) {
        return leases.find(LeaseName.ofBlob(repository(request.repository().value()), request.digest()))
                .filter(lease -> lease.state() == Lease.State.REQUESTED)
                .isPresent();
    }

    /** One process that waits for no fill, and whose requests for fills nobody consumes. */
    public RegistryHandler impatient() {
        return new Assembly(
                        new Adapters(() -> rules.current(), table, contents, httpUpstream(clock), events::addAll),
                        Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ZERO)
                                .withInlineFillBytes(0)
                                .withTime(clock, clock::advance))
                .registry();
    }

    /** The first answer that does not ask to wait. */
    public static RegistryResponse located(RegistryHandler handler, String path) {
        RegistryResponse answer = get(handler, path);
        for (int hop = 1; hop <= 8 && location(answer).startsWith("/v2/_wait/"); hop++) {
            String[] parts = location(answer).split("\\?wait=", 2);
            answer = send(handler, "GET", parts[0], Map.of("wait", List.of(parts[1])));
        }
        return answer;
    }

    private static String location(RegistryResponse answer) {
        return answer.headers().getOrDefault("Location", "");
    }

    public static RegistryResponse get(RegistryHandler handler, String path) {
        return send(handler, "GET", path, Map.of());
    }

    public static RegistryResponse send(
            RegistryHandler handler, String method, String path, Map<String, List<String>> query) {
        return handler.handle(new RegistryRequest(method, path, query, Map.of(), "request-1"));
    }

    /** The instant by which a lease of a dead process runs out. */
    public Instant leaseEnd() {
        return clock.instant().plusSeconds(45);
    }

    @Override
    public void close() {
        upstream.close();
        aws.close();
    }
}
