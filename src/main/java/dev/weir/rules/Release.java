package dev.weir.rules;

import dev.weir.oci.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One image of a repository that may be served before its time, as the repository's own tag {@code weir:release} says.
 *
 * <p>Shape: {@code sha256:…;<reason>;2026-11-01T12:00:00Z}.
 *
 * @param reason for the audit log
 * @param until when the release ends
 */
public record Release(Digest digest, String reason, Instant until) {
    public static final String KEY = "weir:release";
    private static final String SEPARATOR = ";";

    /** Errors: {@link IllegalArgumentException} that names the value and what is allowed. */
    public static Optional<Release> find(Map<String, String> tags) {
        return Optional.ofNullable(tags.get(KEY)).map(Release::parse);
    }

    private static Release parse(String value) {
        String[] parts = value.split(SEPARATOR, -1);
        try {
            if (parts.length == 3 && !parts[1].isBlank()) {
                return new Release(Digest.parse(parts[0].strip()), parts[1].strip(), Instant.parse(parts[2].strip()));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw malformed(value, e);
        }
        throw malformed(value, null);
    }

    private static IllegalArgumentException malformed(
            String value, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + value + "' of " + KEY + ": allowed is <digest>;<reason>;<time>, such as"
                        + " sha256:…;CVE-2026-1;2026-11-01T12:00:00Z",
                cause);
    }

    public boolean isValidAt(Instant now) {
        return now.isBefore(until);
    }
}
