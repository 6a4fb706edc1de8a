package dev.weir.access;

import org.jspecify.annotations.Nullable;

/** Whether credentials are right can't be found out now: what verifies them can't be reached or read. */
public final class LoginUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LoginUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
