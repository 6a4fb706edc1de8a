package dev.weir.simulation;

/**
 * The executions of one function. Lambda throttles those beyond the reserved concurrency, and those for which it would need more
 * new environments than it starts.
 *
 * <p>Source: Lambda developer guide, "Lambda scaling behavior": 1,000 execution environments every 10 seconds for each function,
 * refilled continuously.
 */
final class Executions {
    private static final int STARTED_AT_ONCE = 1000;
    private static final int STARTED_PER_SECOND = 100;

    private final int reserved;
    private final TokenBucket starts;
    private int environments;
    private int running;
    private int most;
    private int throttled;

    Executions(VirtualTime time, int reserved) {
        this.reserved = reserved;
        this.starts = new TokenBucket(time, STARTED_PER_SECOND, STARTED_AT_ONCE);
    }

    /** Begins an execution, or counts it as throttled. */
    boolean begin() {
        boolean possible = running < reserved && (running < environments || starts.take());
        if (!possible) {
            throttled++;
            return false;
        }
        running++;
        environments = Math.max(environments, running);
        most = Math.max(most, running);
        return true;
    }

    void end() {
        running--;
    }

    /** The most that ran at a time. */
    int most() {
        return most;
    }

    int throttled() {
        return throttled;
    }
}
