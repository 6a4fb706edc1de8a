package dev.weir.aws.eventbridge;

import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Sends the cache's events to the bus, ten a call. Shape: {@link EventDetail}, source {@code weir}. */
public final class EventBridgeCacheEvents implements CacheEvents {
    private static final Logger LOG = System.getLogger(EventBridgeCacheEvents.class.getName());
    /** PutEvents takes ten at once. */
    private static final int BATCH = 10;
    /** For all of them together. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Supplier<EventBridgeClient> client;
    private final String bus;

    public EventBridgeCacheEvents(Supplier<EventBridgeClient> client, String bus) {
        this.client = client;
        this.bus = bus;
    }

    /** A request that is lost is made again by the pull that waits for the blob, or by the next tick. */
    @Override
    public void send(List<? extends CacheEvent> events) {
        long began = System.nanoTime();
        for (int from = 0; from < events.size(); from += BATCH) {
            if (System.nanoTime() - began > LONGEST.toNanos()) {
                LOG.log(Level.WARNING, "{0} events were not sent: bus {1} is slow", events.size() - from, bus);
                return;
            }
            List<PutEventsRequestEntry> entries = events.subList(from, Math.min(events.size(), from + BATCH)).stream()
                    .map(this::entry)
                    .toList();
            try {
                int failed = client.get()
                        .putEvents(request -> request.entries(entries))
                        .failedEntryCount();
                if (failed > 0) {
                    LOG.log(Level.WARNING, "{0} of {1} events were not taken by bus {2}", failed, entries.size(), bus);
                }
            } catch (SdkException e) {
                LOG.log(Level.WARNING, "events were not taken by bus {0}: {1}", bus, e.getMessage());
            }
        }
    }

    private PutEventsRequestEntry entry(CacheEvent event) {
        return PutEventsRequestEntry.builder()
                .eventBusName(bus)
                .source("weir")
                .detailType(EventDetail.typeOf(event))
                .detail(EventDetail.of(event).toString())
                .build();
    }
}
