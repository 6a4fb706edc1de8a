package dev.weir.time;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a caller do two things at a time: what it begins here is done beside its own thread, or in it while all are taken.
 *
 * <p>Units: {@value #MAX_THREADS} threads, which end when they are idle.
 */
public final class SideThreads {
    private static final int MAX_THREADS = 32;
    private static final int IDLE_SECONDS = 20;

    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            DaemonThreads.named("weir-side"),
            new ThreadPoolExecutor.CallerRunsPolicy());

    /** What was begun. */
    public static final class Begun<T> {
        private final Future<T> future;

        private Begun(Future<T> future) {
            this.future = future;
        }

        /** Waits for its end. Errors: what it threw. */
        public T result() {
            try {
                return future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while waiting");
            }
        }
    }

    public <T> Begun<T> begin(Supplier<T> work) {
        Callable<T> call = work::get;
        return new Begun<>(threads.submit(call));
    }

    public Begun<Boolean> begin(Runnable work) {
        return begin(() -> {
            work.run();
            return true;
        });
    }
}
