package dev.weir.local;

import dev.weir.access.policy.PolicyStore;
import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.fake.MovableClock;
import dev.weir.fill.FillRequests;
import dev.weir.pull.HourlyLimits;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.RuleSet;
import dev.weir.store.ContentStore;
import dev.weir.table.Table;
import dev.weir.table.TableRepositoryLinks;
import dev.weir.table.TableTagStore;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Weir on the stores of a laptop, which begin in a moment: for tests that pull hundreds of times. The time passes as it waits. */
public final class LaptopUnderTest implements AutoCloseable {
    public final MovableClock clock = new MovableClock();
    public final Table table;
    public final ContentStore contents;
    public final TableTagStore tags;
    public final TableRepositoryLinks links;
    public final RegistryHandler registry;
    public final PolicyStore policies;
    public volatile RuleSet rules = RuleSet.of();

    private final FillRequests fills;
    private final LaptopStores stores;
    private final List<CacheEvent> events = new CopyOnWriteArrayList<>();

    public LaptopUnderTest(Path path, UpstreamRegistry upstream) {
        this(path, upstream, HourlyLimits.DEFAULT);
    }

    public LaptopUnderTest(Path path, UpstreamRegistry upstream, HourlyLimits limits) {
        stores = new LaptopStores(path, clock);
        table = stores.table();
        contents = stores.contents();
        links = new TableRepositoryLinks(table, clock);
        tags = new TableTagStore(table, links);
        Assembly assembly = new Assembly(
                new Adapters(() -> rules, table, contents, upstream, events::addAll),
                Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                        .withInlineFillBytes(Long.MAX_VALUE)
                        .withHourlyLimits(limits)
                        .withTime(clock, clock::advance));
        registry = assembly.registry();
        policies = assembly.policies();
        fills = assembly.fillRequests();
    }

    /** Does what the requests for fills that were sent so far ask for. */
    public void consumeFillRequests() {
        for (CacheEvent event : events) {
            if (event instanceof BlobFillRequest request) {
                fills.consume(request, Deadline.in(clock, Duration.ofMinutes(10)));
            }
        }
        events.clear();
    }

    @Override
    public void close() {
        stores.close();
    }
}
