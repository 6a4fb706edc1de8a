package dev.weir.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnFirstUseTest {
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void isMadeWhenItIsFirstAskedForAndOnce() {
        OnFirstUse<Integer> client = new OnFirstUse<>(made::incrementAndGet);
        assertThat(made).hasValue(0);
        assertThat(client.get()).isEqualTo(1);
        assertThat(client.get()).isEqualTo(1);
    }

    @Test
    void threadsThatAskAtOnceGetTheSame() throws Exception {
        OnFirstUse<Object> client = new OnFirstUse<>(() -> {
            made.incrementAndGet();
            return new Object();
        });
        Set<Object> got = ConcurrentHashMap.newKeySet();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                try {
                    start.await();
                    got.add(client.get());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        start.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(got).hasSize(1);
        assertThat(made).hasValue(1);
    }

    @Test
    void whatCouldNotBeMadeIsTriedAgain() {
        OnFirstUse<String> client = new OnFirstUse<>(() -> {
            if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("no region");
            }
            return "client";
        });
        assertThatThrownBy(client::get).hasMessage("no region");
        assertThat(client.get()).isEqualTo("client");
    }
}
