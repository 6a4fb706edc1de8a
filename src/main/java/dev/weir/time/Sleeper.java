package dev.weir.time;

import java.time.Duration;

/** How a waiting thread lets time pass; tests pass it at once. */
@FunctionalInterface
public interface Sleeper {

    /** Sleeps. Errors: {@link IllegalStateException} when the thread is interrupted, as at shutdown. */
    Sleeper SLEEP = duration -> {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    };

    void of(Duration duration);
}
