package dev.weir.access.policy;

/** A policy document is refused. The message begins with the JSON path of what is wrong: {@code $.Statement[0].Effect}. */
public final class MalformedPolicyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String path;

    MalformedPolicyException(String path, String message) {
        super(path + ": " + message);
        this.path = path;
    }

    /** The JSON path of what is wrong; {@code $} is the whole document. */
    public String path() {
        return path;
    }
}
