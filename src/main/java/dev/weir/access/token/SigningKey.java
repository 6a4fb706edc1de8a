package dev.weir.access.token;

import java.time.Instant;

/** A key that signs tokens. Prints without its secret. */
public record SigningKey(String id, String secret, Instant createdAt) {
    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
