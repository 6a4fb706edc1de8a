package dev.weir.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the index knows under a key: the thing, or that upstream lately did not have it, or nothing.
 *
 * @param absentUntil until when upstream's 404 is remembered; empty when {@code found}
 */
public record Lookup<T>(Optional<T> found, Optional<Instant> absentUntil) {
    /** How long a 404 is remembered. */
    public static final Duration ABSENT_KEPT = Duration.ofSeconds(60);

    public static <T> Lookup<T> found(T value) {
        return new Lookup<>(Optional.of(value), Optional.empty());
    }

    public static <T> Lookup<T> absent(Instant until) {
        return new Lookup<>(Optional.empty(), Optional.of(until));
    }

    public static <T> Lookup<T> unknown() {
        return new Lookup<>(Optional.empty(), Optional.empty());
    }

    /** Whether upstream's 404 still stands. */
    public boolean isAbsentAt(Instant now) {
        return absentUntil.filter(now::isBefore).isPresent();
    }
}
