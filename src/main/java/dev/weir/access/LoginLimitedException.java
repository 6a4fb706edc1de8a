package dev.weir.access;

import java.time.Duration;

/** An address or a name had too many failed logins: its credentials are not looked at for a while. */
public final class LoginLimitedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public LoginLimitedException(Duration retryAfter) {
        super("too many failed logins, wait " + retryAfter.toSeconds() + " s", null, false, false);
        this.retryAfter = retryAfter;
    }

    /** At least a second. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
