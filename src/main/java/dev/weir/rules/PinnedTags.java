package dev.weir.rules;

import dev.weir.oci.Tag;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tags of a repository that stay where they are, as its own tag {@code weir:pinned} names them.
 *
 * <p>Shape: names with spaces between them, {@code 3.20 latest}; at most 256 characters, as the value of an AWS tag.
 */
public final class PinnedTags {
    public static final String KEY = "weir:pinned";
    private static final int MAX_LENGTH = 256;

    private PinnedTags() {}

    /** Those that a repository's tags name. Errors: {@link IllegalArgumentException} that names the value and what is allowed. */
    public static Set<Tag> of(Map<String, String> tags) {
        String value = tags.getOrDefault(KEY, "");
        try {
            return Arrays.stream(value.split(" "))
                    .filter(name -> !name.isEmpty())
                    .map(Tag::parse)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' of " + KEY + ": allowed are names of tags with spaces between them", e);
        }
    }

    /** The repository's tags, with one more tag pinned. Errors: {@link IllegalArgumentException} when there is no room. */
    public static Map<String, String> with(Map<String, String> tags, Tag pinned) {
        Set<String> names = new TreeSet<>(of(tags).stream().map(Tag::value).toList());
        names.add(pinned.value());
        String value = String.join(" ", names);
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("'" + pinned + "' does not fit into " + KEY + ", which has at most "
                    + MAX_LENGTH + " characters: take others out (aws ecr tag-resource)");
        }
        Map<String, String> more = new TreeMap<>(tags);
        more.put(KEY, value);
        return more;
    }
}
