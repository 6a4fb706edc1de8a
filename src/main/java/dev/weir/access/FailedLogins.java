package dev.weir.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.time.WallClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts failed logins by address and by name. An address may fail 30 times and a name 10 times within five minutes of its first
 * failure; then both wait for the end of these five minutes.
 *
 * <p>Each process counts for itself, so the limit of all together is higher by their number: guesses at one name are at most
 * 10 × {@code AuthorizerConcurrency} in five minutes. A count in the table would cost a write for each guess.
 *
 * <p>Bounds: 20,000 addresses and 20,000 names are remembered.
 */
public final class FailedLogins {
    static final int PER_ADDRESS = 30;
    static final int PER_NAME = 10;
    static final Duration WINDOW = Duration.ofMinutes(5);

    private static final int MAX_REMEMBERED = 20_000;

    private record Failures(int count, Instant end) {}

    private final Clock clock;
    private final Cache<String, Failures> byAddress;
    private final Cache<String, Failures> byName;

    public FailedLogins(Clock clock) {
        this.clock = clock;
        this.byAddress = remembered(clock);
        this.byName = remembered(clock);
    }

    private static Cache<String, Failures> remembered(Clock clock) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(WINDOW)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    /**
     * @param name empty where there is none to count under
     * @throws LoginLimitedException when the address or the name has failed too often
     */
    void requireFewFailures(ClientAddress address, String name) {
        Duration wait = waitOf(address, name);
        if (wait.compareTo(Duration.ZERO) > 0) {
            throw new LoginLimitedException(longer(wait, Duration.ofSeconds(1)));
        }
    }

    /** How long the address or the name has to wait; zero when neither has. */
    Duration waitOf(ClientAddress address, String name) {
        return longer(waitOf(byAddress, address.network(), PER_ADDRESS), waitOf(byName, name, PER_NAME));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private Duration waitOf(Cache<String, Failures> failures, String key, int allowed) {
        Failures held = key.isEmpty() ? null : failures.getIfPresent(key);
        return held == null || held.count() < allowed
                ? Duration.ZERO
                : longer(Duration.between(clock.instant(), held.end()), Duration.ZERO);
    }

    void count(ClientAddress address, String name) {
        count(byAddress, address.network());
        count(byName, name);
    }

    private void count(Cache<String, Failures> failures, String key) {
        if (key.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        failures.asMap()
                .compute(
                        key,
                        (unused, held) -> held == null || !now.isBefore(held.end())
                                ? new Failures(1, now.plus(WINDOW))
                                : new Failures(held.count() + 1, held.end()));
    }
}
