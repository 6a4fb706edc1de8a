package dev.weir.time;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * What a function's caches tell time by. The usual monotonic clock stands still while a SnapStart snapshot lies on the
 * shelf, so what was read when the version was published would pass for fresh when it is restored, weeks later.
 */
public final class WallClock {
    public static final Ticker TICKER = () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());

    private WallClock() {}
}
