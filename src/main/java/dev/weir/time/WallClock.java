package dev.weir.time;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The time by which a function's caches expire. The usual monotonic clock stands still while a SnapStart snapshot is stored,
 * so an entry read when the version was published would look fresh when the snapshot is restored weeks later.
 */
public final class WallClock {
    public static final Ticker TICKER = tickerOf(Clock.systemUTC());

    private WallClock() {}

    public static Ticker tickerOf(Clock clock) {
        return () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }
}
