package dev.weir.access.token;

/** A principal that brings so many condition keys that a token of it would not fit into a header. */
public final class TokenTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TokenTooLargeException(String principal, int length, int allowed) {
        super("the token of '" + principal + "' has " + length + " characters: allowed are " + allowed
                + ", so ask the issuer of its identity for fewer or shorter claims");
    }
}
