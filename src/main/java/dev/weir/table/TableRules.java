package dev.weir.table;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.StoreException;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The rules in the table, read at most every 30 s. While they can't be read, the last good snapshot serves for an hour; a
 * single rule that can't be read any more is served as it last was for as long.
 *
 * <p>Shape: {@link TableLayout}, {@code RULES} and {@code REPOSITORIES}.
 */
public final class TableRules implements Rules {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final Duration LAST_GOOD_KEPT = Duration.ofHours(1);
    private static final String FILTERS = "imageTagMutabilityExclusionFilters";

    private static final Logger LOG = System.getLogger(TableRules.class.getName());

    private final Table table;
    private final InsecureUpstreams insecureUpstreams;
    private final Ticker ticker;
    private final AtomicBoolean loading = new AtomicBoolean();
    private Optional<Loaded> loaded = Optional.empty();

    /** @param insecureUpstreams whose URLs may be http */
    public TableRules(Table table, InsecureUpstreams insecureUpstreams) {
        this(table, insecureUpstreams, WallClock.TICKER);
    }

    TableRules(Table table, InsecureUpstreams insecureUpstreams, Ticker ticker) {
        this.table = table;
        this.insecureUpstreams = insecureUpstreams;
        this.ticker = ticker;
    }

    /**
     * What was read last.
     *
     * @param readNanos when it was read
     * @param askedNanos when the table was last asked, in vain or not
     * @param goodNanos when the rule of a prefix was last read well
     */
    private record Loaded(RuleSet rules, long readNanos, long askedNanos, Map<RepositoryPrefix, Long> goodNanos) {
        Loaded askedInVain(long now) {
            return new Loaded(rules, readNanos, now, goodNanos);
        }
    }

    @Override
    public RuleSet current() {
        long now = ticker.read();
        Optional<Loaded> held = held();
        if (held.isPresent() && now - held.get().askedNanos() < FRESH.toNanos()) {
            return held.get().rules();
        }
        if (held.isPresent() && !loading.compareAndSet(false, true)) {
            // Another thread reads them; who holds a snapshot does not wait for it.
            return held.get().rules();
        }
        try {
            return keep(load(held, now)).rules();
        } catch (StoreException e) {
            if (held.isEmpty() || now - held.get().readNanos() >= LAST_GOOD_KEPT.toNanos()) {
                throw e;
            }
            LOG.log(Level.WARNING, "the rules are served as they last were: {0}", e.getMessage());
            return keep(held.get().askedInVain(now)).rules();
        } finally {
            loading.set(false);
        }
    }

    private synchronized Optional<Loaded> held() {
        return loaded;
    }

    private synchronized Loaded keep(Loaded now) {
        loaded = Optional.of(now);
        return now;
    }

    private Loaded load(Optional<Loaded> before, long now) {
        List<PullThroughCacheRule> rules = new ArrayList<>();
        Set<RepositoryPrefix> unreadable = new HashSet<>();
        Map<RepositoryPrefix, Long> good = new HashMap<>();
        for (Iterator<Item> items = table.iterate(Query.of(TableLayout.RULES)); items.hasNext(); ) {
            Item item = items.next();
            Optional<RepositoryPrefix> prefix =
                    readable(item, one -> RepositoryPrefix.parse(one.key().sk()));
            Optional<PullThroughCacheRule> rule = readable(item, this::rule);
            if (prefix.isPresent()) {
                if (rule.isPresent()) {
                    good.put(prefix.get(), now);
                } else {
                    rule = lastGood(before, prefix.get(), now, good);
                }
                rule.ifPresentOrElse(rules::add, () -> unreadable.add(prefix.get()));
            }
        }
        return new Loaded(
                new RuleSet(rules, unreadable, Map.of()).withRepositories(repositories()), now, now, Map.copyOf(good));
    }

    private static Optional<PullThroughCacheRule> lastGood(
            Optional<Loaded> before, RepositoryPrefix prefix, long now, Map<RepositoryPrefix, Long> good) {
        Optional<Long> at =
                before.flatMap(loaded -> Optional.ofNullable(loaded.goodNanos().get(prefix)));
        if (at.isEmpty() || now - at.get() >= LAST_GOOD_KEPT.toNanos()) {
            return Optional.empty();
        }
        good.put(prefix, at.get());
        return before.flatMap(loaded -> loaded.rules().rules().stream()
                .filter(rule -> rule.repositoryPrefix().equals(prefix))
                .findFirst());
    }

    private Map<RepositoryName, RepositorySettings> repositories() {
        Map<RepositoryName, RepositorySettings> found = new HashMap<>();
        for (Iterator<Item> items = table.iterate(Query.of(TableLayout.REPOSITORIES)); items.hasNext(); ) {
            Item item = items.next();
            // What can't be read must not let a tag move that was said to stay.
            RepositorySettings settings = readable(item, RepositoryItems::settings)
                    .orElseGet(() ->
                            new RepositorySettings(TagMutability.IMMUTABLE, Set.of(), RepositoryItems.kind(item)));
            readable(item, one -> RepositoryName.parse(one.key().sk())).ifPresent(name -> found.put(name, settings));
        }
        return found;
    }

    private static TagMutability tagMutability(Item item) {
        return TagMutability.parse(item.findString("imageTagMutability").orElse("MUTABLE"), item.strings(FILTERS));
    }

    private PullThroughCacheRule rule(Item item) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(item.key().sk()),
                UpstreamUrl.parse(item.string("upstreamRegistryUrl"), insecureUpstreams),
                item.findString("upstreamRepositoryPrefix")
                        .map(RepositoryPrefix::parse)
                        .orElse(RepositoryPrefix.ROOT),
                item.findString("credentialArn").map(CredentialArn::parse),
                item.findString("customRoleArn").map(CustomRoleArn::parse),
                item.findString("refreshInterval").map(Duration::parse),
                tagMutability(item));
    }

    /** Logged each time that it is read. */
    private static <T> Optional<T> readable(Item item, Function<Item, T> parse) {
        try {
            return Optional.of(parse.apply(item));
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            LOG.log(Level.ERROR, "item {0} can''t be read, write it anew: {1}", item.key(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Makes these the rules; writes the same however often it is called. */
    public void replaceAll(RuleSet rules) {
        replace(TableLayout.RULES, rules.rules().stream().map(TableRules::item).toList());
        replace(
                TableLayout.REPOSITORIES,
                rules.repositories().entrySet().stream()
                        .map(entry -> with(
                                Item.at(TableLayout.repository(entry.getKey())),
                                entry.getValue().tagMutability()))
                        .toList());
        synchronized (this) {
            loaded = Optional.empty();
        }
    }

    private void replace(String partition, List<Item> wanted) {
        Set<Key> kept = wanted.stream().map(Item::key).collect(Collectors.toSet());
        wanted.forEach(table::put);
        table.stream(Query.of(partition))
                .map(Item::key)
                .filter(key -> !kept.contains(key))
                .toList()
                .forEach(table::delete);
    }

    private static Item with(Item item, TagMutability mutability) {
        return mutability.equals(TagMutability.MUTABLE)
                ? item
                : item.with("imageTagMutability", mutability.toString())
                        .withStrings(FILTERS, mutability.exclusionFilters());
    }

    private static Item item(PullThroughCacheRule rule) {
        Item item = Item.at(TableLayout.rule(rule.repositoryPrefix()))
                .with("upstreamRegistryUrl", rule.upstreamUrl().toString())
                .with(
                        "upstreamRepositoryPrefix",
                        rule.upstreamRepositoryPrefix().value())
                .withIfPresent(
                        "credentialArn",
                        rule.credentialArn().map(CredentialArn::value).map(Value::of))
                .withIfPresent(
                        "customRoleArn",
                        rule.customRoleArn().map(CustomRoleArn::value).map(Value::of))
                .withIfPresent(
                        "refreshInterval",
                        rule.refreshInterval().map(Duration::toString).map(Value::of));
        return with(item, rule.tagMutability());
    }
}
