package dev.weir.upstream;

import static dev.weir.time.Durations.shorter;

import java.time.Duration;

/**
 * How long upstream may take.
 *
 * @param connect for the connection
 * @param headers from the request to the answer's headers
 * @param silence while a body is read; a body that stops longer is cut
 */
public record UpstreamTimeouts(Duration connect, Duration headers, Duration silence) {
    public static final UpstreamTimeouts DEFAULT =
            new UpstreamTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(30));

    /** For a caller who has only so long. */
    public UpstreamTimeouts atMost(Duration left) {
        return new UpstreamTimeouts(shorter(connect, left), shorter(headers, left), shorter(silence, left));
    }
}
