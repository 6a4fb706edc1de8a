package dev.weir.time;

import java.time.Duration;

/** Lets a thread wait. Tests let the time pass at once. */
@FunctionalInterface
public interface Sleeper {

    /** Sleeps. Errors: {@link IllegalStateException} when the thread is interrupted, as at shutdown. */
    Sleeper SYSTEM = duration -> {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    };

    void sleep(Duration duration);

    /** Sleeps, but not beyond the next {@link #wake} where there is one. */
    default void doze(Duration duration) {
        sleep(duration);
    }

    /** Something ended that a thread of this process may wait for, and dozes until then. */
    default void wake() {}
}
