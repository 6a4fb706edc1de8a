package dev.weir.rules;

import dev.weir.oci.Glob;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Patterns of images. Shape: {@code <upstream repository>[:<tag>]}, joined by spaces, with {@code *} for any characters and {@code ?}
 * for one: {@code library/* acme/app:1.*}. A {@code *} stands for slashes too.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException}.
 */
public record ImageGlobs(List<ImageGlob> globs) {
    static final String ALLOWED =
            "1 to 100 patterns <upstream repository>[:<tag>] with * and ?, joined by spaces: library/* acme/app:1.*";

    private static final int MAX_GLOBS = 100;
    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9._/*?-]{1,256}(?::[A-Za-z0-9._*?-]{1,128})?");

    public ImageGlobs {
        globs = List.copyOf(globs);
    }

    /** One pattern; without a tag's part it is of a repository as a whole. */
    public record ImageGlob(Glob repository, Optional<Glob> tag) {
        private static ImageGlob parse(String text) {
            if (!GRAMMAR.matcher(text).matches()) {
                throw new IllegalArgumentException(text);
            }
            int colon = text.indexOf(':');
            return colon < 0
                    ? new ImageGlob(new Glob(text), Optional.empty())
                    : new ImageGlob(
                            new Glob(text.substring(0, colon)), Optional.of(new Glob(text.substring(colon + 1))));
        }

        private boolean matches(RepositoryName upstreamName) {
            return repository.matches(upstreamName.value());
        }

        /** Whether it is of this tag, or of the repository as a whole. */
        private boolean matches(RepositoryName upstreamName, Tag name) {
            return matches(upstreamName)
                    && tag.map(glob -> glob.matches(name.value())).orElse(true);
        }

        /** As it was written. */
        @Override
        public String toString() {
            return repository + tag.map(glob -> ":" + glob).orElse("");
        }
    }

    static ImageGlobs parse(String text) {
        List<ImageGlob> globs = Arrays.stream(text.strip().split("\\s+", -1))
                .map(ImageGlob::parse)
                .toList();
        if (globs.size() > MAX_GLOBS) {
            throw new IllegalArgumentException(text);
        }
        return new ImageGlobs(globs);
    }

    /** The first pattern of this tag, or of its repository as a whole. */
    Optional<ImageGlob> find(RepositoryName upstreamName, Tag tag) {
        return globs.stream().filter(glob -> glob.matches(upstreamName, tag)).findFirst();
    }

    /** The first pattern of the repository as a whole. */
    Optional<ImageGlob> findWhole(RepositoryName upstreamName) {
        return globs.stream()
                .filter(glob -> glob.tag().isEmpty() && glob.matches(upstreamName))
                .findFirst();
    }

    /** The first pattern of the repository, or of any of its tags. */
    Optional<ImageGlob> findAny(RepositoryName upstreamName) {
        return globs.stream().filter(glob -> glob.matches(upstreamName)).findFirst();
    }

    /** As it was written, with one space between two. */
    @Override
    public String toString() {
        return String.join(" ", globs.stream().map(ImageGlob::toString).toList());
    }
}
