package dev.weir.access.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All keys that verify tokens, of which one signs; and who was logged out. A token stops to be good when its key is removed, or
 * when its principal's {@code notBefore} is later than its issue.
 *
 * @param keys at least one
 * @param notBefore principal → tokens issued to it before this time are revoked
 */
public record SigningKeySet(List<SigningKey> keys, Map<String, Instant> notBefore) {
    /** By then every process has read a new key, so that a token signed with it is verified everywhere. */
    private static final Duration KNOWN_EVERYWHERE = Duration.ofMinutes(2);

    public SigningKeySet {
        keys = keys.stream().sorted(Comparator.comparing(SigningKey::createdAt)).toList();
        notBefore = Map.copyOf(notBefore);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("has no key: allowed is one or more");
        }
    }

    /** The newest that is known everywhere; the oldest where all are newer than that. */
    SigningKey signing(Instant now) {
        return keys.stream()
                .filter(key -> !key.createdAt().isAfter(now.minus(KNOWN_EVERYWHERE)))
                .reduce((older, newer) -> newer)
                .orElse(keys.get(0));
    }

    Optional<SigningKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    boolean isRevoked(String principal, Instant issuedAt) {
        return issuedAt.isBefore(notBefore.getOrDefault(principal, Instant.MIN));
    }
}
