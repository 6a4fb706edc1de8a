package dev.weir.aws;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * What a function's caches tell time by. The usual monotonic clock stands still while a SnapStart snapshot lies on the
 * shelf, so what was read when the version was published would pass for fresh when it is restored, weeks later.
 */
final class WallClock {
    static final Ticker TICKER = () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());

    private WallClock() {}
}
