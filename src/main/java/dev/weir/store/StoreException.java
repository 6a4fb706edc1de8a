package dev.weir.store;

/**
 * The table, or the content store, did not do what it was asked.
 *
 * <p>The message reads {@code table 'weir': PutItem failed: not authorized; allow that action in the role}: table, operation,
 * what failed, remedy. A condition that does not hold is an answer, not an exception.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the caller may do about it. */
    public enum Kind {
        /** Too many requests, or too many writers of one item: the same call may pass in a moment. */
        THROTTLED,
        /** The table can't be reached, or its disk or service fails; whether a write happened is not known. */
        UNAVAILABLE,
        /** The table rejects the call, now and later: an item that is too large, a missing permission, no such table. */
        REJECTED
    }

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isThrottled() {
        return kind == Kind.THROTTLED;
    }
}
