package dev.weir.upstream;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many pulls upstream still grants.
 *
 * <p>Source: Docker Hub, "Pull rate limit", headers {@code ratelimit-limit: 100;w=21600}, {@code ratelimit-remaining: 76;w=21600}.
 *
 * @param observedAt when upstream said so
 */
public record RateLimit(long limit, long remaining, Instant observedAt) {

    /** Under a tenth is left: it belongs to pulls. */
    public boolean isLow() {
        return remaining * 10 < limit;
    }

    /** @param header the value of a header of upstream's answer, null when it has none */
    public static Optional<RateLimit> find(Function<String, @Nullable String> header, Instant now) {
        Optional<Long> limit = number(header.apply("ratelimit-limit"));
        Optional<Long> remaining = number(header.apply("ratelimit-remaining"));
        return limit.isPresent() && remaining.isPresent()
                ? Optional.of(new RateLimit(limit.get(), remaining.get(), now))
                : Optional.empty();
    }

    private static Optional<Long> number(@Nullable String header) {
        return Optional.ofNullable(header)
                .map(value -> value.replaceFirst(";.*", "").strip())
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(Long::valueOf);
    }
}
