package dev.weir.oci;

import java.util.regex.Pattern;

/**
 * The name of a repository, {@code docker-hub/library/alpine}: path components joined by {@code /}, no registry host.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedValueException} with {@link ErrorCode#NAME_INVALID}.
 *
 * <p>Source: distribution-spec, "Pulling manifests"; 255 characters is the limit that clients and registries share.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
    private static final int MAX_LENGTH = 255;
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern GRAMMAR = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");

    public RepositoryName {
        if (value.length() > MAX_LENGTH || !GRAMMAR.matcher(value).matches()) {
            throw new MalformedValueException(
                    ErrorCode.NAME_INVALID,
                    "repository name '" + Printable.of(value)
                            + "' is not lower-case path components of at most 255 characters");
        }
    }

    public static RepositoryName parse(String value) {
        return new RepositoryName(value);
    }

    /** Whether this is a single component, as {@code alpine} is and {@code library/alpine} is not. */
    public boolean isSingleComponent() {
        return value.indexOf('/') < 0;
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
