package dev.weir.store;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How long the URL that a client is sent to for a blob can be used. A request that has begun goes on after it; a client that reads a
 * blob part by part asks the registry for a new URL. The credentials that sign bound it too.
 *
 * @param duration from a second to an hour, in whole seconds
 */
public record UrlLife(Duration duration) {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofHours(1);

    public static final UrlLife USUAL = new UrlLife(Duration.ofMinutes(15));

    /** Errors: {@link IllegalArgumentException} that names the setting, its value and what is allowed. */
    public UrlLife {
        boolean isWhole = duration.truncatedTo(ChronoUnit.SECONDS).equals(duration);
        if (!isWhole || duration.compareTo(LEAST) < 0 || duration.compareTo(MOST) > 0) {
            throw rejected(duration.toString());
        }
    }

    /**
     * @param text ISO-8601, as {@code WEIR_URL_LIFE} has it: {@code PT15M}
     */
    public static UrlLife parse(String text) {
        try {
            return new UrlLife(Duration.parse(text));
        } catch (DateTimeException e) {
            throw rejected(text);
        }
    }

    private static IllegalArgumentException rejected(String value) {
        return new IllegalArgumentException("WEIR_URL_LIFE is '" + value
                + "': allowed is an ISO-8601 duration of whole seconds from PT1S to PT1H, such as PT15M");
    }
}
