package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.SlowRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One caller reads, no other waits who has something, and nothing is served longer than it may be. */
@Timeout(90)
class LastReadTest {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int CALLERS = 8;

    private final AtomicLong nanos = new AtomicLong();
    private final SlowRead slow = new SlowRead();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private final LastRead<String> last = new LastRead<>(
            before -> read(), new LastRead.Terms(FRESH, KEPT, IllegalStateException.class::isInstance), nanos::get);
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        slow.goOn();
        others.shutdownNow();
    }

    private String read() {
        int count = slow.pass();
        failure.ifPresent(e -> {
            throw e;
        });
        return "read " + count;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Future<String> another() {
        return others.submit(last::current);
    }

    @Test
    void aFreshValueIsServedWithoutARead() {
        assertThat(last.current()).isEqualTo("read 1");
        pass(FRESH.minusNanos(1));
        assertThat(last.current()).isEqualTo("read 1");
        pass(Duration.ofNanos(1));
        assertThat(last.current()).isEqualTo("read 2");
    }

    @Test
    void readersAreServedTheLastValueWhileItIsReadAgain() throws Exception {
        last.current();
        pass(FRESH);
        slow.hang();
        Future<String> reader = another();
        slow.awaitBegun();
        for (int i = 0; i < CALLERS; i++) {
            assertThat(last.current()).isEqualTo("read 1");
        }
        slow.goOn();
        assertThat(reader.get()).isEqualTo("read 2");
        assertThat(last.current()).isEqualTo("read 2");
        assertThat(slow.count()).isEqualTo(2);
    }

    @Test
    void callersWithoutAValueWaitForTheOneRead() throws Exception {
        slow.hang();
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(another());
        }
        slow.awaitBegun();
        assertThat(callers).noneMatch(Future::isDone);
        slow.goOn();
        for (Future<String> caller : callers) {
            assertThat(caller.get()).isEqualTo("read 1");
        }
        assertThat(slow.count()).isEqualTo(1);
    }

    @Test
    void callersWithoutAValueAreToldHowTheOneReadFailed() {
        failure = Optional.of(new IllegalStateException("down"));
        slow.hang();
        Future<String> reader = another();
        slow.awaitBegun();
        Future<String> waiting = another();
        slow.goOn();
        for (Future<String> caller : List.of(reader, waiting)) {
            assertThatThrownBy(caller::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("down");
        }
    }

    @Test
    void aValueThatCannotBeReadAgainServesAsLongAsItMay() {
        last.current();
        failure = Optional.of(new IllegalStateException("down"));
        pass(KEPT.minusNanos(1));
        assertThat(last.current()).isEqualTo("read 1");
        assertThat(last.current()).isEqualTo("read 1");
        assertThat(slow.count())
                .as("asked again only when that answer is no longer fresh")
                .isEqualTo(2);
        pass(FRESH);
        assertThatIllegalStateException().isThrownBy(last::current).withMessage("down");
    }

    @Test
    void aFailureThatDoesNotPassTakesEffectAtOnceAndForAllCallers() {
        last.current();
        pass(FRESH);
        failure = Optional.of(new UnsupportedOperationException("deleted"));
        assertThatThrownBy(last::current).hasMessage("deleted");
        slow.hang();
        Future<String> reader = another();
        slow.awaitBegun();
        Future<String> waiting = another();
        slow.goOn();
        for (Future<String> caller : List.of(reader, waiting)) {
            assertThatThrownBy(caller::get).hasRootCauseMessage("deleted");
        }
    }

    @Test
    void aWriteIsSeenAsSoonAsAReadSucceedsAndMeanwhileTheLastValueServes() {
        last.current();
        last.noteWrite();
        failure = Optional.of(new IllegalStateException("throttled"));
        assertThat(last.current()).isEqualTo("read 1");
        assertThat(slow.count()).as("one read a call").isEqualTo(2);
        assertThat(last.current()).isEqualTo("read 1");
        assertThat(slow.count()).as("what missed the write is never fresh").isEqualTo(3);
        failure = Optional.empty();
        assertThat(last.current()).isEqualTo("read 4");
        assertThat(last.current()).isEqualTo("read 4");
    }

    @Test
    void afterAWriteTheLastValueServesNoLongerThanItMay() {
        last.current();
        last.noteWrite();
        failure = Optional.of(new IllegalStateException("throttled"));
        pass(KEPT.minusNanos(1));
        assertThat(last.current()).isEqualTo("read 1");
        pass(Duration.ofNanos(1));
        assertThatIllegalStateException().isThrownBy(last::current).withMessage("throttled");
    }

    @Test
    void aReadThatFailsDoesNotTakeTheNewerValueOfAnotherAway() {
        List<LastRead<String>> itself = new ArrayList<>();
        AtomicInteger reads = new AtomicInteger();
        LastRead<String> overtaken = new LastRead<>(
                before -> {
                    int count = reads.incrementAndGet();
                    if (count == 2) {
                        itself.get(0).latest();
                        throw new IllegalStateException("throttled");
                    }
                    return "read " + count;
                },
                new LastRead.Terms(FRESH, KEPT, IllegalStateException.class::isInstance),
                nanos::get);
        itself.add(overtaken);
        overtaken.current();
        pass(FRESH);
        assertThat(overtaken.current()).isEqualTo("read 3");
        assertThat(overtaken.current()).isEqualTo("read 3");
    }

    @Test
    void afterAWriteNobodyIsServedWhatWasReadBefore() throws Exception {
        last.current();
        pass(FRESH);
        slow.hang();
        Future<String> reader = another();
        slow.awaitBegun();
        last.noteWrite();
        Future<String> afterTheWrite = another();
        slow.goOn();
        reader.get();
        assertThat(afterTheWrite.get()).isEqualTo("read 3");
        assertThat(last.current()).isEqualTo("read 3");
    }
}
