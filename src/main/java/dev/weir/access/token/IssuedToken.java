package dev.weir.access.token;

import java.time.Instant;

/** A token for its bearer. Prints without the token. */
public record IssuedToken(String text, Instant expiresAt) {
    @Override
    public String toString() {
        return "IssuedToken[until " + expiresAt + "]";
    }
}
