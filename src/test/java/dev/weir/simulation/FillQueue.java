package dev.weir.simulation;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.FillRequests;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request for a fill: bus, Lambda's queue, function.
 *
 * <p>Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation": a throttled event is
 * tried again after 1 second, then after twice as long each time, at most 5 minutes, as long as it is not older than its limit.
 */
final class FillQueue implements CacheEvents {
    private static final Duration DELIVERY = Duration.ofMillis(300);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** EventInvokeConfig of the fill function. */
    private static final Duration OLDEST = Duration.ofHours(1);
    /** The function's timeout without what it keeps for itself. */
    private static final Duration RUN = Duration.ofMinutes(14);

    private final VirtualTime time;
    private final Executions executions;
    private @Nullable FillRequests consumer;
    private int requests;
    private int givenUp;

    FillQueue(VirtualTime time, Executions executions) {
        this.time = time;
        this.executions = executions;
    }

    void deliverTo(FillRequests fillRequests) {
        consumer = fillRequests;
    }

    @Override
    public void send(List<? extends CacheEvent> events) {
        for (CacheEvent event : events) {
            if (event instanceof BlobFillRequest request) {
                requests++;
                time.start(DELIVERY, () -> deliver(request));
            }
        }
    }

    private void deliver(BlobFillRequest request) {
        Deadline oldest = Deadline.in(time, OLDEST);
        Duration retry = Duration.ofSeconds(1);
        while (!executions.begin()) {
            if (oldest.isOver()) {
                givenUp++;
                return;
            }
            time.sleep(retry);
            retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? retry.multipliedBy(2) : LONGEST_RETRY;
        }
        try {
            if (consumer != null) {
                consumer.consume(request, Deadline.in(time, RUN));
            }
        } finally {
            executions.end();
        }
    }

    int requests() {
        return requests;
    }

    int givenUp() {
        return givenUp;
    }
}
