package dev.weir.table;

import static dev.weir.table.TableLayout.LEASE_UNTIL;
import static dev.weir.table.TableLayout.OWNER;
import static dev.weir.table.TableLayout.ownedBy;

import dev.weir.lease.Lease;
import dev.weir.lease.Lease.State;
import dev.weir.lease.LeaseName;
import dev.weir.lease.Leases;
import dev.weir.upstream.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The leases in the table; each write is one conditional put, update or delete. Shape: {@link TableLayout}, {@code L#}. */
public final class TableLeases implements Leases {
    private static final String STATE = "state";
    private static final String AUDIENCE = "audience";

    private final Table table;

    public TableLeases(Table table) {
        this.table = table;
    }

    @Override
    public Optional<Lease> find(LeaseName name) {
        return table.find(TableLayout.lease(name.value()), Consistency.STRONG)
                .map(item -> new Lease(
                        State.valueOf(item.string(STATE)), item.instant(LEASE_UNTIL), failure(item, name.audience())));
    }

    @Override
    public boolean acquire(LeaseName name, String owner, Take take, Instant now, Instant expiresAt) {
        Condition free = Condition.absent(LEASE_UNTIL)
                .or(Condition.atMost(LEASE_UNTIL, now))
                .or(Condition.equalTo(STATE, State.FAILED.name()));
        Condition done = Condition.equalTo(STATE, State.DONE.name());
        Condition takeable =
                switch (take) {
                    case FREE -> free;
                    case FREE_OR_DONE -> free.or(done);
                    case FREE_OR_REQUESTED -> free.or(done).or(Condition.equalTo(STATE, State.REQUESTED.name()));
                };
        // An SDK that lost the answer tries again, and meets the lease that it took itself.
        return table.putIf(item(name, State.HELD, expiresAt).with(OWNER, owner), takeable.or(ownedBy(owner)));
    }

    @Override
    public void handOver(LeaseName name, String owner, Instant expiresAt) {
        BestEffort.run(
                "handing over the lease on " + name,
                () -> table.putIf(item(name, State.REQUESTED, expiresAt), ownedBy(owner)));
    }

    @Override
    public boolean renew(LeaseName name, String owner, Instant expiresAt) {
        Update update =
                Update.none().set(LEASE_UNTIL, expiresAt).set(TableLayout.EXPIRES_AT, expiresAt.getEpochSecond() + 1);
        return table.update(TableLayout.lease(name.value()), update, ownedBy(owner));
    }

    @Override
    public void release(LeaseName name, String owner) {
        BestEffort.run(
                "giving back the lease on " + name,
                () -> table.deleteIf(TableLayout.lease(name.value()), ownedBy(owner)));
    }

    @Override
    public void finish(LeaseName name, String owner, Instant expiresAt) {
        BestEffort.run(
                "ending the lease on " + name, () -> table.putIf(item(name, State.DONE, expiresAt), ownedBy(owner)));
    }

    @Override
    public void fail(LeaseName name, String owner, UpstreamException why, Instant expiresAt) {
        Item item = item(name, State.FAILED, expiresAt)
                .with("kind", why.kind().name())
                .with("action", why.action())
                .with("detail", why.detail())
                .with("status", why.status().orElse(0))
                .with(AUDIENCE, name.audience())
                .withIfPresent(
                        "retryAfterMillis",
                        why.retryAfter().map(Duration::toMillis).map(Value::of));
        BestEffort.run("ending the lease on " + name, () -> table.putIf(item, ownedBy(owner)));
    }

    private static Item item(LeaseName name, State state, Instant expiresAt) {
        return Item.at(TableLayout.lease(name.value()))
                .with(STATE, state.name())
                .with(LEASE_UNTIL, expiresAt)
                .expiring(expiresAt);
    }

    private static Optional<UpstreamException> failure(Item item, String audience) {
        return item.findString("kind")
                .filter(kind ->
                        item.findString(AUDIENCE).filter(audience::equals).isPresent())
                .map(kind -> UpstreamException.answered(
                        UpstreamException.Kind.valueOf(kind),
                        item.string("action"),
                        item.string("detail"),
                        (int) item.number("status"),
                        item.findNumber("retryAfterMillis").map(Duration::ofMillis)));
    }
}
