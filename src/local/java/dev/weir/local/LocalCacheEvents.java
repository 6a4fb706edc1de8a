package dev.weir.local;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.BlobFiller;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.Rules;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Takes the place of EventBridge and the fill function: four fills at a time, in this process. */
final class LocalCacheEvents implements CacheEvents, AutoCloseable {
    private static final Logger LOG = System.getLogger(LocalCacheEvents.class.getName());
    private static final int PARALLEL_FILLS = 4;
    private static final int MAX_WAITING = 10_000;

    private final Rules rules;
    private final Set<BlobFillRequest> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newFixedThreadPool(PARALLEL_FILLS, task -> {
        Thread thread = new Thread(task, "weir-fill");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable BlobFiller fill;

    LocalCacheEvents(Rules rules) {
        this.rules = rules;
    }

    void start(BlobFiller taker) {
        fill = taker;
    }

    /** Beyond the bound a request is dropped: the pull that needs the blob asks again. The timer ticks without being asked. */
    @Override
    public void send(List<? extends CacheEvent> events) {
        for (CacheEvent event : events) {
            if (event instanceof BlobFillRequest request && waiting.size() < MAX_WAITING && waiting.add(request)) {
                executor.execute(() -> take(request));
            } else if (event instanceof CacheAction action) {
                LOG.log(
                        Level.INFO,
                        "{0} {1}:{2} {3}",
                        action.type(),
                        action.repository().name(),
                        action.tag().map(Tag::value).orElse(""),
                        action.failure()
                                .map(Throwable::getMessage)
                                .or(() -> action.digest().map(Digest::toString))
                                .orElse(""));
            }
        }
    }

    private void take(BlobFillRequest request) {
        waiting.remove(request);
        BlobFiller taker = fill;
        if (taker == null) {
            return;
        }
        try {
            rules.match(request.repository())
                    .ifPresent(repository -> taker.fill(repository, request.digest(), 1, Instant.MAX));
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
