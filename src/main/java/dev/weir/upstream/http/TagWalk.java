package dev.weir.upstream.http;

import dev.weir.oci.ListRange;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * What was read of a list of tags, page after page, and what follows from it.
 *
 * <p>An upstream is left to do the paging where it shows that it can: it gives at most {@code n} tags after {@code last}, and
 * its Link says where to go on in those two words. Otherwise the whole list is read and paged here.
 *
 * @param tags in upstream's order, each once
 * @param next the page that was not read, if there is one
 * @param interruption why that page was not read, when upstream is the reason
 */
record TagWalk(ListRange range, List<Tag> tags, Optional<HttpUrl> next, Optional<String> interruption) {

    /** Whether these are all tags from the first to the last. Upstream that gives {@code last} itself ignores it. */
    boolean isWhole() {
        return reachedEnd() && (range.last().isEmpty() || ignoresLast());
    }

    private boolean reachedEnd() {
        return next.isEmpty() && interruption.isEmpty();
    }

    private boolean ignoresLast() {
        return range.last()
                .filter(last -> tags.stream().anyMatch(tag -> tag.value().equals(last)))
                .isPresent();
    }

    /** The page as upstream made it; empty where upstream can't be left to do the paging. */
    Optional<TagPage> asUpstreamPaged() {
        if (ignoresLast()) {
            return Optional.empty();
        }
        if (tags.size() > range.limit()) {
            List<Tag> cut = tags.subList(0, range.limit());
            return isSorted() ? Optional.of(new TagPage(cut, lastOf(cut), Optional.empty())) : Optional.empty();
        }
        if (reachedEnd()) {
            return Optional.of(new TagPage(tags, Optional.empty(), Optional.empty()));
        }
        Optional<String> cursor = next.flatMap(TagWalk::cursor).or(() -> interruption.flatMap(why -> lastOf(tags)));
        return cursor.map(last -> new TagPage(tags, Optional.of(last), interruption));
    }

    /** The same, with words for what no page of it will show. */
    TagWalk noteWhatIsMissing() {
        return next.isPresent() && interruption.isEmpty()
                ? new TagWalk(
                        range, tags, next, Optional.of("upstream has more tags than the " + tags.size() + " read"))
                : this;
    }

    /** The part of the list, sorted here, that the range is. */
    TagPage pagedHere(ListRange wanted) {
        List<Tag> sorted = tags.stream().sorted().toList();
        List<Tag> after = sorted.stream()
                .filter(tag -> wanted.last().isEmpty()
                        || tag.value().compareTo(wanted.last().get()) > 0)
                .limit(wanted.limit() + 1L)
                .toList();
        if (after.size() > wanted.limit()) {
            List<Tag> shown = after.subList(0, wanted.limit());
            return new TagPage(shown, lastOf(shown), interruption);
        }
        return new TagPage(after, reachedEnd() ? Optional.empty() : lastOf(after), interruption);
    }

    private boolean isSorted() {
        return tags.equals(tags.stream().sorted().toList());
    }

    private static Optional<String> lastOf(List<Tag> tags) {
        return tags.isEmpty()
                ? Optional.empty()
                : Optional.of(tags.get(tags.size() - 1).value());
    }

    /** The {@code last} of a Link that says nothing else but {@code n}. */
    private static Optional<String> cursor(HttpUrl link) {
        List<String> others = new ArrayList<>();
        for (String name : link.queryParameterNames()) {
            String value = link.queryParameter(name);
            if (!name.equals("n") && !name.equals("last") && value != null && !value.isEmpty()) {
                others.add(name);
            }
        }
        return others.isEmpty() ? Optional.ofNullable(link.queryParameter("last")) : Optional.empty();
    }

    /** A walk under way. */
    static final class Steps {
        private final ListRange range;
        private final Set<Tag> tags = new LinkedHashSet<>();
        private final Set<HttpUrl> seen = new LinkedHashSet<>();

        Steps(ListRange range) {
            this.range = range;
        }

        /** Whether the page is one to read: it was not read before, and there is room for it. */
        boolean wants(HttpUrl page, int maxPages) {
            return tags.size() < range.limit() && seen.size() < maxPages && seen.add(page);
        }

        boolean isFirst() {
            return seen.size() == 1;
        }

        boolean hasRead(HttpUrl page) {
            return seen.contains(page);
        }

        void add(List<Tag> page) {
            tags.addAll(page);
        }

        TagWalk end(Optional<HttpUrl> next, Optional<String> interruption) {
            return new TagWalk(range, List.copyOf(tags), next, interruption);
        }
    }
}
