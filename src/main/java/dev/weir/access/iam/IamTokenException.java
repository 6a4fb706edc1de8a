package dev.weir.access.iam;

/** A token is not acceptable. The message says why and quotes nothing of the token. */
public final class IamTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IamTokenException(String why) {
        super(why, null, false, false);
    }
}
