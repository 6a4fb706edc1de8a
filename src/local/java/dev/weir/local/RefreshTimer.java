package dev.weir.local;

import dev.weir.refresh.Refresher;
import dev.weir.time.DaemonThreads;
import dev.weir.time.Deadline;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ticks on a schedule, as EventBridge does in AWS. A tick that lasts longer than the interval delays the next. */
final class RefreshTimer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RefreshTimer.class.getName());

    private final Refresher refresher;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("weir-refresh-timer"));

    RefreshTimer(Refresher refresher, Duration tick) {
        this.refresher = refresher;
        var unused = timer.scheduleWithFixedDelay(this::tick, tick.toMillis(), tick.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            refresher.tick(Deadline.never(Clock.systemUTC()));
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
