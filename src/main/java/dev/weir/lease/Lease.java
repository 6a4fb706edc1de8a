package dev.weir.lease;

import dev.weir.upstream.UpstreamException;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of work that one process at a time does.
 *
 * @param state what is known of the work; past {@code expiresAt} nothing is
 * @param failure why the work failed, in state FAILED; empty for callers whom that failure is not for
 */
public record Lease(State state, Instant expiresAt, Optional<UpstreamException> failure) {

    /** Where the work stands. */
    public enum State {
        /** Asked for by an event that a process will consume. */
        REQUESTED,
        /** Being done; its holder renews it. */
        HELD,
        /** Done a moment ago: the result is there. */
        DONE,
        /** Failed a moment ago; kept so that those who waited learn why. */
        FAILED
    }

    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
