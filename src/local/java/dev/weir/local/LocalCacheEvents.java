package dev.weir.local;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheAction.Failure;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.FillRequests;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.time.DaemonThreads;
import dev.weir.time.Deadline;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Carries events within this process, as EventBridge does in AWS: four fills at a time. */
final class LocalCacheEvents implements CacheEvents, AutoCloseable {
    private static final Logger LOG = System.getLogger(LocalCacheEvents.class.getName());
    private static final int FILLS_AT_ONCE = 4;
    private static final int MAX_WAITING = 10_000;

    private final Set<BlobFillRequest> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor =
            Executors.newFixedThreadPool(FILLS_AT_ONCE, DaemonThreads.named("weir-fill"));
    private volatile @Nullable FillRequests consumer;

    /** Requests that are sent before are dropped. */
    void deliverTo(FillRequests fillRequests) {
        consumer = fillRequests;
    }

    /** Beyond the bound a request is dropped: the pull that needs the blob asks again. The timer ticks without being asked. */
    @Override
    public void send(List<? extends CacheEvent> events) {
        for (CacheEvent event : events) {
            if (event instanceof BlobFillRequest request && waiting.size() < MAX_WAITING && waiting.add(request)) {
                executor.execute(() -> consume(request));
            } else if (event instanceof CacheAction action) {
                log(action);
            }
        }
    }

    private static void log(CacheAction action) {
        LOG.log(
                Level.INFO,
                "{0} {1}:{2} {3}",
                action.type(),
                action.repository().name(),
                action.tag().map(Tag::value).orElse(""),
                action.failure()
                        .map(Failure::reason)
                        .or(() -> action.digest().map(Digest::toString))
                        .orElse(""));
    }

    private void consume(BlobFillRequest request) {
        waiting.remove(request);
        FillRequests fillRequests = consumer;
        if (fillRequests == null) {
            return;
        }
        try {
            fillRequests.consume(request, Deadline.never(Clock.systemUTC()));
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "fill of {0}@{1} failed: {2}",
                    request.repository(),
                    request.digest(),
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
