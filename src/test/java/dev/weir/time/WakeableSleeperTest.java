package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WakeableSleeperTest {
    private final WakeableSleeper sleeper = new WakeableSleeper();

    private Thread asleep(Duration duration, CompletableFuture<String> end) {
        return begun(() -> sleeper.doze(duration), end);
    }

    /** Returns when the thread sleeps. */
    private static Thread begun(Runnable sleep, CompletableFuture<String> end) {
        Thread thread = new Thread(() -> {
            try {
                sleep.run();
                end.complete("awake");
            } catch (IllegalStateException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING && !end.isDone()) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void aWakeEndsAllSleep() {
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        asleep(Duration.ofDays(1), one);
        asleep(Duration.ofDays(1), other);
        sleeper.wake();
        assertThat(one.join()).isEqualTo(other.join()).isEqualTo("awake");
    }

    @Test
    void sleepEndsByItself() {
        CompletableFuture<String> end = new CompletableFuture<>();
        asleep(Duration.ofMillis(1), end);
        assertThat(end.join()).isEqualTo("awake");
    }

    @Test
    void anInterruptEndsSleepWithAnError() {
        CompletableFuture<String> end = new CompletableFuture<>();
        asleep(Duration.ofDays(1), end).interrupt();
        assertThat(end.handle((awake, error) -> error).join()).isInstanceOf(IllegalStateException.class);
        Thread.currentThread().interrupt();
        assertThatIllegalStateException().isThrownBy(() -> sleeper.doze(Duration.ofDays(1)));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoSleepsIsNotWoken() {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread thread = begun(() -> sleeper.sleep(Duration.ofDays(1)), end);
        sleeper.wake();
        assertThat(end).isNotDone();
        assertThat(thread.getState()).isEqualTo(Thread.State.TIMED_WAITING);
        thread.interrupt();
        assertThat(end.handle((awake, error) -> error).join()).isInstanceOf(IllegalStateException.class);
    }
}
