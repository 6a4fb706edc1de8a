package dev.weir.time;

import java.time.Duration;

/**
 * How long a caller waits now, and how long it has waited before: a client that is sent round waits in several calls. One who has
 * waited for long looks less often.
 *
 * @param before in earlier calls, for the same
 */
public record Waiting(Deadline until, Duration before) {

    /** Of a caller who begins to wait. */
    public static Waiting until(Deadline deadline) {
        return new Waiting(deadline, Duration.ZERO);
    }
}
