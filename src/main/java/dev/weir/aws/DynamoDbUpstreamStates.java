package dev.weir.aws;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamState;
import dev.weir.upstream.UpstreamStates;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The troubles of upstreams in DynamoDB. Shape: {@link TableKeys}. */
public final class DynamoDbUpstreamStates implements UpstreamStates {
    private static final Duration TOLD_AGAIN = Duration.ofHours(1);

    private final DynamoDbTable table;

    public DynamoDbUpstreamStates(DynamoDbTable table) {
        this.table = table;
    }

    @Override
    public Optional<UpstreamState> find(UpstreamUrl upstream) {
        return table.find(TableKeys.upstream(upstream))
                .map(item -> new UpstreamState(
                        (int) item.number("failures"),
                        item.instant("lastFailedAt"),
                        item.instant("pausedUntil"),
                        Kind.valueOf(item.string("kind")),
                        (int) item.number("status")));
    }

    @Override
    public boolean replace(UpstreamUrl upstream, Optional<UpstreamState> before, Optional<UpstreamState> after) {
        String condition = before.isEmpty()
                ? "attribute_not_exists(pausedUntil)"
                : "failures = :failures AND lastFailedAt = :lastFailedAt AND pausedUntil = :pausedUntil";
        Item values = new Item(new HashMap<>());
        before.ifPresent(state -> values.put(":failures", state.failures())
                .put(":lastFailedAt", state.lastFailedAt())
                .put(":pausedUntil", state.pausedUntil()));
        return after.isPresent()
                ? table.putIf(item(upstream, after.get()), condition, Map.of(), values.attributes())
                : table.deleteIf(TableKeys.upstream(upstream), condition, Map.of(), values.attributes());
    }

    private static Item item(UpstreamUrl upstream, UpstreamState state) {
        return Item.with(TableKeys.upstream(upstream))
                .put("failures", state.failures())
                .put("lastFailedAt", state.lastFailedAt())
                .put("pausedUntil", state.pausedUntil())
                .put("kind", state.kind().name())
                .put("status", state.status())
                .expiring(state.keptUntil());
    }

    @Override
    public boolean markFailing(RepositoryPrefix rule, UpstreamException why, Instant now) {
        Item item = Item.with(TableKeys.failing(rule, why.kind()))
                .put("failingAt", now)
                .put("reason", String.valueOf(why.getMessage()))
                .expiring(now.plus(TOLD_AGAIN));
        Instant before = now.minus(TOLD_AGAIN);
        return table.putIf(
                item,
                "attribute_not_exists(failingAt) OR failingAt <= :before",
                Map.of(),
                Map.of(":before", AttributeValue.fromN(Long.toString(before.toEpochMilli()))));
    }
}
