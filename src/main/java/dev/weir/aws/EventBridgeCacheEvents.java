package dev.weir.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cache.BlobFillRequest;
import dev.weir.cache.CacheEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/**
 * Sends "Blob Fill Requested" to the bus.
 *
 * <p>Shape: source {@code weir}, detail {@code {"repository":"docker-hub/library/alpine","digest":"sha256:…"}}.
 */
public final class EventBridgeCacheEvents implements CacheEvents {
    private static final Logger LOG = System.getLogger(EventBridgeCacheEvents.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    /** PutEvents takes ten at once. */
    private static final int BATCH = 10;

    private final EventBridgeClient client;
    private final String bus;

    public EventBridgeCacheEvents(EventBridgeClient client, String bus) {
        this.client = client;
        this.bus = bus;
    }

    /** A request that is lost is made again by the pull that waits for the blob. */
    @Override
    public void requestFills(List<BlobFillRequest> requests) {
        for (int from = 0; from < requests.size(); from += BATCH) {
            List<PutEventsRequestEntry> entries =
                    requests.subList(from, Math.min(requests.size(), from + BATCH)).stream()
                            .map(this::entry)
                            .toList();
            try {
                int failed =
                        client.putEvents(request -> request.entries(entries)).failedEntryCount();
                if (failed > 0) {
                    LOG.log(
                            Level.WARNING,
                            "{0} of {1} fill requests were not taken by bus {2}",
                            failed,
                            entries.size(),
                            bus);
                }
            } catch (SdkException e) {
                LOG.log(Level.WARNING, "fill requests were not taken by bus {0}: {1}", bus, e.getMessage());
            }
        }
    }

    private PutEventsRequestEntry entry(BlobFillRequest request) {
        String detail = JSON.createObjectNode()
                .put("repository", request.repository().value())
                .put("digest", request.digest().toString())
                .toString();
        return PutEventsRequestEntry.builder()
                .eventBusName(bus)
                .source("weir")
                .detailType("Blob Fill Requested")
                .detail(detail)
                .build();
    }
}
