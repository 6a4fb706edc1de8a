package dev.weir.table;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleSet;
import dev.weir.rules.Rules;
import dev.weir.rules.StoredRule;
import dev.weir.rules.TagMutability;
import dev.weir.time.LastRead;
import dev.weir.time.WallClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules in the table, read at most every 30 s. While they can't be read, the last good snapshot serves for an hour; a
 * single rule that can't be read any more is served as it last was for as long.
 *
 * <p>Shape: {@link TableLayout}, {@code RULES} and {@code REPOSITORIES}.
 */
public final class TableRules implements Rules {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final Duration LAST_GOOD_KEPT = Duration.ofHours(1);

    private final Table table;
    private final RuleItems items;
    private final Ticker ticker;
    private final LastRead<Loaded> last;

    /** @param insecureUpstreams whose URLs may be http */
    public TableRules(Table table, InsecureUpstreams insecureUpstreams) {
        this(table, insecureUpstreams, WallClock.TICKER);
    }

    TableRules(Table table, InsecureUpstreams insecureUpstreams, Ticker ticker) {
        this.table = table;
        this.items = new RuleItems(insecureUpstreams);
        this.ticker = ticker;
        this.last = new LastRead<>(
                this::load, new LastRead.Terms(FRESH, LAST_GOOD_KEPT, BestEffort.servingTheLast("rules")), ticker);
    }

    /**
     * What was read last.
     *
     * @param goodNanos when the rule of a prefix was last read well
     */
    private record Loaded(RuleSet rules, Map<RepositoryPrefix, Long> goodNanos) {}

    @Override
    public RuleSet current() {
        return last.current().rules();
    }

    private Loaded load(Optional<Loaded> before) {
        long now = ticker.read();
        List<PullThroughCacheRule> rules = new ArrayList<>();
        Set<RepositoryPrefix> unreadable = new HashSet<>();
        Map<RepositoryPrefix, Long> good = new HashMap<>();
        for (Iterator<Item> kept = table.iterate(Query.of(TableLayout.RULES)); kept.hasNext(); ) {
            Item item = kept.next();
            Optional<RepositoryPrefix> prefix = items.prefix(item);
            Optional<PullThroughCacheRule> rule = items.rule(item).map(StoredRule::rule);
            if (prefix.isPresent()) {
                if (rule.isPresent()) {
                    good.put(prefix.get(), now);
                } else {
                    rule = lastGood(before, prefix.get(), now, good);
                }
                rule.ifPresentOrElse(rules::add, () -> unreadable.add(prefix.get()));
            }
        }
        RuleSet snapshot = new RuleSet(rules, unreadable, Map.of(), retired()).withRepositories(repositories());
        return new Loaded(snapshot, Map.copyOf(good));
    }

    private List<PullThroughCacheRule> retired() {
        return table.stream(Query.of(TableLayout.RETIRED_RULES))
                .flatMap(item -> items.rule(item).stream())
                .map(StoredRule::rule)
                .toList();
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
        for (Iterator<Item> kept = table.iterate(Query.of(TableLayout.REPOSITORIES)); kept.hasNext(); ) {
            Item item = kept.next();
            // What can't be read must not let a tag move that was said to stay.
            RepositorySettings settings = RuleItems.readable(item, RepositoryItems::settings)
                    .orElseGet(() ->
                            new RepositorySettings(TagMutability.IMMUTABLE, Set.of(), RepositoryItems.kind(item)));
            RuleItems.readable(item, one -> RepositoryName.parse(one.key().sk()))
                    .ifPresent(name -> found.put(name, settings));
        }
        return found;
    }

    /** The next {@link #current} reads the table. */
    @Override
    public void noteWrite() {
        last.noteWrite();
    }
}
