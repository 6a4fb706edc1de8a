package dev.weir.table;

import static dev.weir.table.TableLayout.FAILING_AT;
import static dev.weir.table.TableLayout.OPEN_UNTIL;
import static dev.weir.table.TableLayout.isUnsetOrAtMost;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamState;
import dev.weir.upstream.UpstreamStates;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The failures of upstreams in the table. Shape: {@link TableLayout}, {@code U#} and {@code F#}. */
public final class TableUpstreamStates implements UpstreamStates {
    private static final Duration TOLD_AGAIN = Duration.ofHours(1);
    private static final String FAILURES = "failures";
    private static final String LAST_FAILED_AT = "lastFailedAt";

    private final Table table;

    public TableUpstreamStates(Table table) {
        this.table = table;
    }

    @Override
    public Optional<UpstreamState> find(UpstreamUrl upstream) {
        return table.find(TableLayout.upstream(upstream), Consistency.STRONG)
                .map(item -> new UpstreamState(
                        (int) item.number(FAILURES),
                        item.instant(LAST_FAILED_AT),
                        item.instant(OPEN_UNTIL),
                        Kind.valueOf(item.string("kind")),
                        (int) item.number("status")));
    }

    @Override
    public boolean replace(UpstreamUrl upstream, Optional<UpstreamState> before, Optional<UpstreamState> after) {
        Condition condition = before.map(state -> Condition.equalTo(FAILURES, state.failures())
                        .and(Condition.equalTo(LAST_FAILED_AT, state.lastFailedAt()))
                        .and(Condition.equalTo(OPEN_UNTIL, state.openUntil())))
                .orElse(Condition.absent(OPEN_UNTIL));
        return after.map(state -> table.putIf(item(upstream, state), condition))
                .orElseGet(() -> table.deleteIf(TableLayout.upstream(upstream), condition));
    }

    private static Item item(UpstreamUrl upstream, UpstreamState state) {
        return Item.at(TableLayout.upstream(upstream))
                .with(FAILURES, state.failures())
                .with(LAST_FAILED_AT, state.lastFailedAt())
                .with(OPEN_UNTIL, state.openUntil())
                .with("kind", state.kind().name())
                .with("status", state.status())
                .expiring(state.keptUntil());
    }

    @Override
    public boolean markFailing(RepositoryPrefix rule, String code, String reason, Instant now) {
        Item item = Item.at(TableLayout.failing(rule, code))
                .with(FAILING_AT, now)
                .with("reason", reason)
                .expiring(now.plus(TOLD_AGAIN));
        return table.putIf(item, isUnsetOrAtMost(FAILING_AT, now.minus(TOLD_AGAIN)));
    }
}
