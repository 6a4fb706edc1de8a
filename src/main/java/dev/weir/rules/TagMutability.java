package dev.weir.rules;

import dev.weir.oci.Glob;
import dev.weir.oci.Tag;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a repository's tags may move once they are cached.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * <p>Source: ECR API, {@code imageTagMutability}, {@code imageTagMutabilityExclusionFilters}: at most five, with {@code *}.
 *
 * @param immutable whether tags stay
 * @param exclusionFilters the tags that do otherwise: {@code latest}, {@code dev-*}
 */
public record TagMutability(boolean immutable, List<String> exclusionFilters) {
    public static final TagMutability MUTABLE = new TagMutability(false, List.of());
    public static final TagMutability IMMUTABLE = new TagMutability(true, List.of());

    private static final Pattern FILTER = Pattern.compile("[0-9a-zA-Z._*-]{1,128}");
    private static final int MAX_FILTERS = 5;

    /** Of ECR's four values; the two {@code _WITH_EXCLUSION} need filters, and filters need one of the two. */
    public static TagMutability parse(String value, List<String> filters) {
        boolean known = value.matches("(MUTABLE|IMMUTABLE)(_WITH_EXCLUSION)?");
        if (!known || value.endsWith("_WITH_EXCLUSION") == filters.isEmpty()) {
            throw new IllegalArgumentException("imageTagMutability '" + value + "' with " + filters.size()
                    + " exclusion filters: allowed is MUTABLE or IMMUTABLE without filters,"
                    + " MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION with filters");
        }
        if (filters.size() > MAX_FILTERS
                || !filters.stream().allMatch(filter -> FILTER.matcher(filter).matches())) {
            throw new IllegalArgumentException(
                    "imageTagMutabilityExclusionFilters " + filters + ": allowed are five of a tag's characters and *");
        }
        return new TagMutability(value.startsWith("IMMUTABLE"), List.copyOf(filters));
    }

    public boolean isImmutable(Tag tag) {
        boolean excluded = exclusionFilters.stream().anyMatch(filter -> new Glob(filter).matches(tag.value()));
        return immutable != excluded;
    }

    /** As ECR writes it. */
    @Override
    public String toString() {
        return (immutable ? "IMMUTABLE" : "MUTABLE") + (exclusionFilters.isEmpty() ? "" : "_WITH_EXCLUSION");
    }
}
