package dev.weir.bench;

import dev.weir.fake.WeirUnderTest;
import dev.weir.refresh.RefreshReport;
import dev.weir.refresh.Refresher;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * {@code ./mvnw -Pbench verify}: how many tags a tick checks in a second, with an upstream that
 * answers after 5 ms. It prints figures and passes no verdict.
 */
class RefreshBench {
    private static final int TAGS = 10_000;

    @Test
    void tick() {
        System.out.println("refresh: tags  seconds  tags/s  upstream calls  heap after MiB");
        try (WeirUnderTest weir = new WeirUnderTest();
                Refresher refresher = weir.refresher()) {
            weir.cacheMany("bench", TAGS);
            weir.upstream.misbehave(exchange -> {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            });
            for (int day = 0; day < 3; day++) {
                weir.clock.advance(WeirUnderTest.INTERVAL);
                weir.upstream.requests().clear();
                long began = System.nanoTime();
                RefreshReport report = refresher.tick(dev.weir.time.Deadline.in(weir.clock, Duration.ofHours(1)));
                double seconds = (System.nanoTime() - began) / 1e9;
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                System.out.printf(
                        Locale.ROOT,
                        "refresh: %5d  %7.1f  %6.0f  %14d  %14d%n",
                        report.checked(),
                        seconds,
                        report.checked() / seconds,
                        report.upstreamCalls(),
                        (runtime.totalMemory() - runtime.freeMemory()) / (1024 * 1024));
            }
        }
    }
}
