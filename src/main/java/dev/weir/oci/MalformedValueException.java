package dev.weir.oci;

/**
 * A string is not what it should be: a repository name, a tag, a digest. The message says which, its value and what is
 * allowed. Only the edge of a request turns it into a {@link RegistryException}.
 */
public final class MalformedValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    MalformedValueException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** What the distribution spec calls such a value in a request. */
    public ErrorCode code() {
        return code;
    }
}
