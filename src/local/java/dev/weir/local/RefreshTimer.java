package dev.weir.local;

import dev.weir.refresh.Refresher;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes the place of EventBridge's schedule. A tick that lasts longer than the pause delays the next. */
final class RefreshTimer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RefreshTimer.class.getName());

    private final Refresher refresher;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "weir-refresh-timer");
        thread.setDaemon(true);
        return thread;
    });

    RefreshTimer(Refresher refresher, Duration tick) {
        this.refresher = refresher;
        var unused = timer.scheduleWithFixedDelay(this::tick, tick.toMillis(), tick.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            refresher.tick(Instant.MAX);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a refresh tick failed, the next one tries again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        refresher.close();
    }
}
