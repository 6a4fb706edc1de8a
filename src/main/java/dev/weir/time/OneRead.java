package dev.weir.time;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Lets one caller at a time read something that takes long, under no lock. Meanwhile a caller who has something instead takes that;
 * the others wait for the one read, and share what it gives or how it fails.
 *
 * <p>Units: a caller waits for 30 s at most and then reads by itself.
 */
public final class OneRead<T> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicReference<Optional<CompletableFuture<T>>> underWay = new AtomicReference<>(Optional.empty());

    /**
     * What the read gives, or what is there instead while another caller reads. Errors: those of the read.
     *
     * @param instead what the caller does with, if there is a read under way already; empty to wait for that
     */
    public T get(Optional<T> instead, Supplier<T> read) {
        CompletableFuture<T> own = new CompletableFuture<>();
        Optional<CompletableFuture<T>> others = underWay.getAndUpdate(now -> now.isPresent() ? now : Optional.of(own));
        if (others.isEmpty()) {
            return read(own, read);
        }
        return instead.orElseGet(() -> await(others.get(), read));
    }

    /** Over before those who wait are told, so that whoever of them asks again begins another. */
    private T read(CompletableFuture<T> own, Supplier<T> read) {
        try {
            T value = read.get();
            underWay.set(Optional.empty());
            own.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            underWay.set(Optional.empty());
            own.completeExceptionally(e);
            throw e;
        }
    }

    private static <T> T await(CompletableFuture<T> others, Supplier<T> read) {
        try {
            return others.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return read.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a read");
        }
    }
}
