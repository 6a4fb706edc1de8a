package dev.weir.oci;

import java.util.List;
import java.util.Optional;

/**
 * A part of a repository's tags.
 *
 * @param tags in lexical order where upstream lists in that order or the list is whole, else in upstream's order
 * @param next the {@link ListRange#last} of the part that follows; empty when this is the last part
 * @param interruption why upstream gave less than it has, in words for the client
 */
public record TagPage(List<Tag> tags, Optional<String> next, Optional<String> interruption) {
    public TagPage {
        tags = List.copyOf(tags);
    }
}
