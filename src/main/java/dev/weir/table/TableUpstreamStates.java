package dev.weir.table;

import static dev.weir.table.TableLayout.FAILING_AT;
import static dev.weir.table.TableLayout.OPEN_UNTIL;
import static dev.weir.table.TableLayout.isUnsetOrAtMost;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamAccount;
import dev.weir.upstream.CircuitName;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamState;
import dev.weir.upstream.UpstreamStates;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The failures of upstreams in the table, which are hints: what the table can\'t read or keep is left out. Shape: {@link TableLayout}, {@code U#} and {@code F#}. */
public final class TableUpstreamStates implements UpstreamStates {
    private static final Duration TOLD_AGAIN = Duration.ofHours(1);
    private static final int PAGE = 100;

    private static final String FAILURES = "failures";
    private static final String LAST_FAILED_AT = "lastFailedAt";
    private static final String ONLY_IN = "onlyIn";

    private static final Logger LOG = System.getLogger(TableUpstreamStates.class.getName());

    private final Table table;

    public TableUpstreamStates(Table table) {
        this.table = table;
    }

    @Override
    public Optional<UpstreamState> find(CircuitName circuit) {
        return BestEffort.get(
                        "reading the circuit of " + circuit,
                        Optional.<Item>empty(),
                        () -> table.find(TableLayout.circuit(circuit), Consistency.STRONG))
                .flatMap(item -> parsed(item, TableUpstreamStates::state));
    }

    private static UpstreamState state(Item item) {
        return new UpstreamState(
                (int) item.number(FAILURES),
                item.instant(LAST_FAILED_AT),
                item.instant(OPEN_UNTIL),
                Kind.valueOf(item.string("kind")),
                (int) item.number("status"),
                item.findString(ONLY_IN).map(RepositoryName::parse));
    }

    @Override
    public OfAccount ofAccount(UpstreamAccount account) {
        Query circuits = Query.of(TableLayout.circuits(account)).limit(PAGE);
        String what = "reading the circuits of " + account.upstreamUrl().authority();
        return BestEffort.get(what, new OfAccount(Map.of(), true), () -> {
            Page page = table.query(circuits);
            Map<CircuitName, UpstreamState> states = page.items().stream()
                    .map(item -> parsed(item, one -> Map.entry(TableLayout.circuitOf(account, one.key()), state(one))))
                    .flatMap(Optional::stream)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            return new OfAccount(states, page.next().isEmpty());
        });
    }

    /** Nothing, if another version of Weir wrote the item: a hint that is left out, as one that can't be read. */
    private static <T> Optional<T> parsed(Item item, Function<Item, T> parser) {
        try {
            return Optional.of(parser.apply(item));
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.log(Level.WARNING, "item {0} is not a circuit, it is left out: {1}", item.key(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public boolean replace(CircuitName circuit, Optional<UpstreamState> before, Optional<UpstreamState> after) {
        Condition condition = before.map(state -> Condition.equalTo(FAILURES, state.failures())
                        .and(Condition.equalTo(LAST_FAILED_AT, state.lastFailedAt()))
                        .and(Condition.equalTo(OPEN_UNTIL, state.openUntil())))
                .orElse(Condition.absent(OPEN_UNTIL));
        return BestEffort.get("writing the circuit of " + circuit, false, () -> after.map(
                        state -> table.putIf(item(circuit, state), condition))
                .orElseGet(() -> table.deleteIf(TableLayout.circuit(circuit), condition)));
    }

    private static Item item(CircuitName circuit, UpstreamState state) {
        return Item.at(TableLayout.circuit(circuit))
                .with(FAILURES, state.failures())
                .with(LAST_FAILED_AT, state.lastFailedAt())
                .with(OPEN_UNTIL, state.openUntil())
                .with("kind", state.kind().name())
                .with("status", state.status())
                .withIfPresent(
                        ONLY_IN, state.onlyIn().map(RepositoryName::value).map(Value::of))
                .expiring(state.keptUntil());
    }

    @Override
    public boolean markFailing(RepositoryPrefix rule, String code, String reason, Instant now) {
        Item item = Item.at(TableLayout.failing(rule, code))
                .with(FAILING_AT, now)
                .with("reason", reason)
                .expiring(now.plus(TOLD_AGAIN));
        return BestEffort.get(
                "marking rule " + rule + " as failing",
                false,
                () -> table.putIf(item, isUnsetOrAtMost(FAILING_AT, now.minus(TOLD_AGAIN))));
    }
}
