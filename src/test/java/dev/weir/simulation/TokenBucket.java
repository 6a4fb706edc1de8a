package dev.weir.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** So many at one instant, and so many more each second. */
final class TokenBucket {
    private final Clock clock;
    private final double perSecond;
    private final double burst;
    private double tokens;
    private Instant filledAt;

    TokenBucket(Clock clock, double perSecond, double burst) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filledAt = clock.instant();
    }

    boolean take() {
        Instant now = clock.instant();
        double seconds = Duration.between(filledAt, now).toMillis() / 1000.0;
        tokens = Math.min(burst, tokens + seconds * perSecond);
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
