package dev.weir.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import dev.weir.store.StoreException;
import dev.weir.table.FailingTable;
import dev.weir.table.Item;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.TableLayout;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ticks that come late, are cut short, fail, or find upstream down; then one that doesn't. */
class RefreshMissesNothingIT extends RefreshSuite {
    private static final int TAGS = 48;
    private static final List<Duration> PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            Duration.ofMinutes(50),
            Duration.ofHours(5),
            Duration.ofHours(23),
            Duration.ofHours(49));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterAWholeTickNoTagIsDue(long seed) {
        Random random = new Random(seed);
        weir.cacheMany("kept", TAGS);
        for (int step = 0; step < 24; step++) {
            weir.clock.advance(PAUSES.get(random.nextInt(PAUSES.size())));
            int kind = random.nextInt(7);
            troubledTick(kind, random);
            if (kind % 2 == 0) {
                weir.upstreamIsWell();
                RefreshReport report = tick();
                assertThat(report.failed()).as("seed %d, step %d", seed, step).isEmpty();
                assertThat(dueTags())
                        .as("seed %d, step %d, %s", seed, step, report)
                        .isEmpty();
            }
        }
    }

    private void troubledTick(int kind, Random random) {
        switch (kind) {
            case 0, 1 -> {
                weir.upstream.failWith(List.of(503, 403).get(kind), request -> true);
                tick();
            }
            case 2 -> {
                weir.upstream.misbehave(exchange -> {
                    exchange.getResponseHeaders().set("Retry-After", "1800");
                    exchange.sendResponseHeaders(429, -1);
                    return true;
                });
                tick();
            }
            case 3 -> refresher.tick(Deadline.in(weir.clock, Duration.ZERO));
            case 4 -> tickThatFails(random.nextInt(60));
            case 5 -> {
                weir.upstream.misbehave(exchange -> {
                    weir.clock.advance(Duration.ofSeconds(1));
                    return false;
                });
                refresher.tick(Deadline.in(weir.clock, Duration.ofSeconds(5 + random.nextInt(40))));
                weir.upstream.behave();
            }
            default -> {}
        }
    }

    /** From some write on, each fails: of tags, of the lease, and of what the tick has done. */
    private void tickThatFails(int writes) {
        AtomicInteger left = new AtomicInteger(writes);
        Table table = new FailingTable(weir.table).failWritesOf(key -> left.decrementAndGet() < 0);
        try (Refresher other = weir.refresher(table)) {
            other.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
        } catch (StoreException e) {
            assertThat(left).hasNegativeValue();
        }
        weir.clock.advance(Duration.ofMinutes(1)); // the lease runs out
    }

    private List<String> dueTags() {
        Instant now = weir.clock.instant();
        return weir.table.stream(Query.of(TableLayout.partition(RepositoryName.parse("up/kept")))
                        .startingWith(TableLayout.TAG_PREFIX))
                .filter(item -> item.findInstant(TableLayout.DUE_AT)
                        .filter(dueAt -> !dueAt.isAfter(now))
                        .isPresent())
                .map(Item::toString)
                .toList();
    }
}
