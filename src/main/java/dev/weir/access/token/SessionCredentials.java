package dev.weir.access.token;

import java.time.Instant;

/** Keys for AWS tools that end by themselves. Prints without the secret and the token. */
public record SessionCredentials(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiresAt) {
    @Override
    public String toString() {
        return "SessionCredentials[" + accessKeyId + ", until " + expiresAt + "]";
    }
}
