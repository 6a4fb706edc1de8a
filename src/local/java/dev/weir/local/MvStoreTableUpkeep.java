package dev.weir.local;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a table's upkeep every two seconds on a thread of its own; when it fails it is tried again. */
final class MvStoreTableUpkeep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MvStoreTableUpkeep.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(2);

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
            LOG.log(Level.WARNING, "upkeep of the table failed, it is tried again", e);
        }
    }

    /** Waits for a running task to end. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "upkeep of the table did not end within 10 s, the table closes all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
