package dev.weir.access;

import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of one user. Prints without the hash.
 *
 * @param hash bcrypt, of any cost ({@code $2a$ $2b$ $2y$})
 * @param expiresAt from then on the user is unknown; empty for never
 */
public record UserEntry(String hash, Optional<Instant> expiresAt) {

    public static UserEntry of(String hash) {
        return new UserEntry(hash, Optional.empty());
    }

    boolean isInForce(Instant now) {
        return expiresAt.map(now::isBefore).orElse(true);
    }

    @Override
    public String toString() {
        return "UserEntry[" + expiresAt.map(Instant::toString).orElse("") + "]";
    }
}
