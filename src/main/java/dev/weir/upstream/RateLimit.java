package dev.weir.upstream;

import java.time.Instant;
import java.util.Optional;
import okhttp3.Response;

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

    static Optional<RateLimit> find(Response response, Instant now) {
        Optional<Long> limit = number(response, "ratelimit-limit");
        Optional<Long> remaining = number(response, "ratelimit-remaining");
        return limit.isPresent() && remaining.isPresent()
                ? Optional.of(new RateLimit(limit.get(), remaining.get(), now))
                : Optional.empty();
    }

    private static Optional<Long> number(Response response, String header) {
        return Optional.ofNullable(response.header(header))
                .map(value -> value.replaceFirst(";.*", "").strip())
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(Long::valueOf);
    }
}
