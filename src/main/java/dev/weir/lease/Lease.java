package dev.weir.lease;

import dev.weir.upstream.UpstreamException;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of work that only one process in the world does at a time.
 *
 * @param state what is known of the work; past {@code expiresAt} nothing is
 * @param since when this state began
 * @param failure why the work ended, in state FAILED
 */
public record Lease(State state, Instant since, Instant expiresAt, Optional<UpstreamException> failure) {

    /** Where the work stands. */
    public enum State {
        /** Asked for by an event that somebody will take up. */
        REQUESTED,
        /** Being done; its holder renews it. */
        HELD,
        /** Ended in vain a moment ago; kept so that those who waited learn why. */
        FAILED
    }

    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
