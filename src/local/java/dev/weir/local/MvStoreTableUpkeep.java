package dev.weir.local;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a table's upkeep once a minute on a thread of its own; when it fails it is tried again a minute later. */
final class MvStoreTableUpkeep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MvStoreTableUpkeep.class.getName());
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Runnable task;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "weir-table-upkeep");
        thread.setDaemon(true);
        return thread;
    });

    MvStoreTableUpkeep(Runnable task) {
        this.task = task;
    }

    void start() {
        var unused =
                executor.scheduleWithFixedDelay(this::run, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "upkeep of the table failed, it is tried again in a minute", e);
        }
    }

    /** Lets a running task end. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
