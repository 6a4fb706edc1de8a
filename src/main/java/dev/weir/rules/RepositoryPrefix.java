package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The leading path of repository names that a rule covers, or {@code ROOT} for all of them. A trailing {@code /} is
 * assumed, not stored.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * <p>Source: ECR API, {@code ecrRepositoryPrefix}: 2 to 30 characters; upstream prefixes are as long as a name may be.
 */
public record RepositoryPrefix(String value) {
    public static final RepositoryPrefix ROOT = new RepositoryPrefix("ROOT");

    private static final Pattern GRAMMAR = Pattern.compile(
            "(?:[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*/?|ROOT)");

    public static RepositoryPrefix parse(String value) {
        String prefix = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        if (prefix.length() < 2
                || prefix.length() > 256
                || !GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("repository prefix '" + value
                    + "' is not ROOT or lower-case path components of at least 2 characters");
        }
        return new RepositoryPrefix(prefix);
    }

    public boolean isRoot() {
        return equals(ROOT);
    }

    /** How long the prefix is: the longer of two that cover a name owns it. {@code ROOT} is the shortest. */
    public int specificity() {
        return isRoot() ? 0 : value.length();
    }

    /** Whether the name begins with this prefix and a {@code /}. */
    public boolean covers(RepositoryName name) {
        return remainderOf(name.value()).isPresent();
    }

    /** What stands behind this prefix in the name: {@code a/b} covers {@code a/b/c} as {@code c}; ROOT covers all whole. */
    public Optional<String> remainderOf(String repositoryName) {
        if (isRoot()) {
            return Optional.of(repositoryName);
        }
        return repositoryName.startsWith(value + "/")
                ? Optional.of(repositoryName.substring(value.length() + 1))
                : Optional.empty();
    }

    /** The name with this prefix before it; ROOT adds nothing. */
    public String prepend(String remainder) {
        return isRoot() ? remainder : value + "/" + remainder;
    }

    @Override
    public String toString() {
        return value;
    }
}
