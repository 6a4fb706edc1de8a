package dev.weir.local;

import dev.weir.assembly.Adapters;
import dev.weir.assembly.AdminApi;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.assembly.RuleApi;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RuleAdmission;
import dev.weir.control.RuleDirectory;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.MovableClock;
import dev.weir.fake.PolicyTexts;
import dev.weir.oci.Digest;
import dev.weir.refresh.RefreshReport;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleBook;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.UrlLife;
import dev.weir.table.TableRepositories;
import dev.weir.table.TableRuleBook;
import dev.weir.table.TableRules;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.Tag;

/** Weir with its admin API on the stores of a laptop, the rule {@code up} pointing at a fake upstream, and AWS's own client. */
public final class EcrUnderTest implements AutoCloseable {
    static final String ACCOUNT = "111122223333";

    final FakeUpstream upstream = new FakeUpstream();
    final MovableClock clock = new MovableClock();
    final Assembly assembly;
    final AdminClient client;
    final EcrClient ecr;

    private final DataFolder folder;
    private final MvStoreTable table;
    private volatile boolean fillsAtOnce;
    private final List<CacheEvent> events = new CopyOnWriteArrayList<>();

    EcrUnderTest(Path path) {
        this(path, time -> rule -> Optional.empty(), hostAndPort -> Optional.empty());
    }

    /**
     * @param credentials of rules, by this clock
     * @param proxy to all upstreams, given the host and port of the fake one
     */
    EcrUnderTest(
            Path path,
            Function<MovableClock, Credentials> credentials,
            Function<String, Optional<UpstreamProxy>> proxy) {
        folder = DataFolder.open(path);
        table = MvStoreTable.open(path, clock);
        InsecureUpstreams insecure =
                InsecureUpstreams.parse(List.of(upstream.hostAndPort(), "registry-1.docker.io:80"));
        Credentials shown = credentials.apply(clock);
        TableRules rules = new TableRules(table, insecure);
        RuleBook book = new TableRuleBook(table, insecure, rules);
        book.seed(
                RuleSet.of(
                        rule("up", UpstreamUrl.parse("http://" + upstream.hostAndPort(), insecure)),
                        rule("quay", UpstreamUrl.parse("http://" + upstream.hostAndPort(), insecure)),
                        rule("docker-hub", UpstreamUrl.parse("registry-1.docker.io", insecure))),
                clock.instant());
        HttpUpstreamRegistry http = new HttpUpstreamRegistry(
                shown, insecure, UpstreamTimeouts.DEFAULT, proxy.apply(upstream.hostAndPort()), clock, wait -> {});
        assembly = new Assembly(
                new Adapters(rules, table, FileContentStore.open(folder, UrlLife.USUAL, clock), http, this::sent),
                Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                        .withInlineFillBytes(Long.MAX_VALUE)
                        .withTime(clock, clock::advance));
        RegistryIdentity identity =
                new RegistryIdentity("aws", "eu-west-1", ACCOUNT, URI.create("https://weir.example.org"));
        RuleApi ruleApi = new RuleApi(
                new RuleDirectory(book, identity),
                new TableRepositories(table, rules),
                new RuleAdmission(RuleAdmission.DEFAULT_MAX_RULES, insecure),
                new RuleApi.Upstreams(shown, http),
                clock);
        client = new AdminClient(new AdminApi(
                        AdminClient.signIn(Clock.systemUTC()),
                        identity,
                        assembly.access(identity),
                        assembly.operations(identity),
                        ruleApi)
                .handler());
        ecr = client.admin();
    }

    private static PullThroughCacheRule rule(String prefix, UpstreamUrl upstream) {
        return PullThroughCacheRule.of(RepositoryPrefix.parse(prefix), upstream);
    }

    private void sent(List<? extends CacheEvent> news) {
        events.addAll(news);
        if (fillsAtOnce) {
            consumeFillRequests();
        }
    }

    /** Fills are done as they are asked for from now on. */
    void fillAtOnce() {
        fillsAtOnce = true;
    }

    /** Does what the requests for fills that were sent so far ask for. */
    void consumeFillRequests() {
        for (CacheEvent event : events) {
            if (event instanceof BlobFillRequest request) {
                assembly.fillRequests().consume(request, Deadline.in(clock, Duration.ofMinutes(10)));
            }
        }
        events.clear();
    }

    /** The digests of the blobs that were asked to be filled since the last call of this or of {@link #consumeFillRequests}. */
    List<Digest> fillsAskedFor() {
        List<Digest> asked = events.stream()
                .filter(BlobFillRequest.class::isInstance)
                .map(event -> ((BlobFillRequest) event).digest())
                .toList();
        events.clear();
        return asked;
    }

    /** Sets a setting of rule {@code up} as users do. */
    void setting(String key, String value) {
        ecr.tagResource(
                request -> request.resourceArn("arn:aws:ecr:eu-west-1:" + ACCOUNT + ":pull-through-cache-rule/up")
                        .tags(Tag.builder().key(key).value(value).build()));
    }

    /** The registry's policy, whose quotes are single ones here. */
    void policy(String... statements) {
        assembly.policies().putRegistryPolicy(PolicyTexts.of(statements));
    }

    /** An image that came in through a key that may do everything, its layers too. */
    Image broughtIn(String repository, String tag) {
        Image image = ecr.batchGetImage(request -> request.repositoryName(repository)
                        .imageIds(ImageIdentifier.builder().imageTag(tag).build()))
                .images()
                .get(0);
        consumeFillRequests();
        return image;
    }

    /** The refresh begins, as the schedule begins it. */
    RefreshReport refresh() {
        return assembly.refresher().tick(Deadline.in(clock, Duration.ofMinutes(13)));
    }

    RegistryResponse pull(String path) {
        return assembly.registry().handle(new RegistryRequest("GET", path, Map.of(), Map.of(), "request-1"));
    }

    @Override
    public void close() {
        ecr.close();
        client.close();
        table.close();
        folder.close();
        upstream.close();
    }
}
