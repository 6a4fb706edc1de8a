package dev.weir.aws;

import dev.weir.lease.Lease;
import dev.weir.lease.Lease.State;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.upstream.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Leases in DynamoDB: each write is one conditional put, update or delete. Shape: {@link TableKeys}. */
public final class DynamoDbLeases implements Leases {
    private static final Map<String, String> NAMES = Map.of("#owner", "owner");
    private static final String MINE = "#owner = :owner";

    private final DynamoDbTable table;

    public DynamoDbLeases(DynamoDbTable table) {
        this.table = table;
    }

    @Override
    public Optional<Lease> find(LeaseName name) {
        return table.find(TableKeys.lease(name))
                .map(item -> new Lease(
                        State.valueOf(item.string("state")),
                        item.instant("since"),
                        item.instant("leaseUntil"),
                        failure(item)));
    }

    @Override
    public boolean acquire(LeaseName name, String owner, Instant now, Instant expiresAt) {
        Item item = item(name, State.HELD, now, expiresAt).put("owner", owner);
        return table.putIf(
                item,
                "attribute_not_exists(#owner) OR leaseUntil <= :now",
                NAMES,
                Map.of(":now", AttributeValue.fromN(Long.toString(now.toEpochMilli()))));
    }

    @Override
    public void handOver(LeaseName name, String owner, Instant expiresAt) {
        table.putIf(item(name, State.REQUESTED, expiresAt, expiresAt), MINE, NAMES, mine(owner));
    }

    @Override
    public boolean renew(LeaseName name, String owner, Instant expiresAt) {
        Item current = table.find(TableKeys.lease(name)).orElse(null);
        return current != null
                && table.putIf(
                        item(name, State.HELD, current.instant("since"), expiresAt)
                                .put("owner", owner),
                        MINE,
                        NAMES,
                        mine(owner));
    }

    @Override
    public void release(LeaseName name, String owner) {
        table.deleteIf(TableKeys.lease(name), MINE, NAMES, mine(owner));
    }

    @Override
    public void fail(LeaseName name, String owner, UpstreamException why, Instant now, Instant expiresAt) {
        Item item = item(name, State.FAILED, now, expiresAt)
                .put("kind", why.kind().name())
                .put("action", why.action())
                .put("detail", why.detail())
                .put("status", why.status().orElse(0));
        why.retryAfter().ifPresent(wait -> item.put("retryAfterMillis", wait.toMillis()));
        table.putIf(item, MINE, NAMES, mine(owner));
    }

    private static Item item(LeaseName name, State state, Instant since, Instant expiresAt) {
        return Item.with(TableKeys.lease(name))
                .put("state", state.name())
                .put("since", since)
                .put("leaseUntil", expiresAt)
                .expiring(expiresAt);
    }

    private static Map<String, AttributeValue> mine(String owner) {
        return Map.of(":owner", AttributeValue.fromS(owner));
    }

    private static Optional<UpstreamException> failure(Item item) {
        return item.findString("kind")
                .map(kind -> new UpstreamException(
                        UpstreamException.Kind.valueOf(kind),
                        item.string("action"),
                        item.string("detail"),
                        (int) item.number("status"),
                        item.findNumber("retryAfterMillis").map(Duration::ofMillis),
                        null));
    }
}
