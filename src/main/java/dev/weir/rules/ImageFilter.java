package dev.weir.rules;

import dev.weir.oci.Printable;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.ImageGlobs.ImageGlob;
import java.util.Optional;

/**
 * What a rule's {@code weir:allow} and {@code weir:deny} say of an image. A pattern with a tag's part binds that tag; digests, blobs
 * and lists are bound by their repository, of which something must be allowed and which must not be denied as a whole.
 */
record ImageFilter(PullThroughCacheRule rule) {
    private static final int MAX_SHOWN = 200;

    /** Why nothing of the repository may be pulled. */
    Optional<String> denial(RepositoryName upstreamName) {
        return denied(globs(RuleSetting.DENY).flatMap(globs -> globs.findWhole(upstreamName)), upstreamName.value())
                .or(() -> globs(RuleSetting.ALLOW)
                        .filter(globs -> globs.findAny(upstreamName).isEmpty())
                        .map(globs -> notAllowed(globs, upstreamName.value())));
    }

    /** Why the tag may not be pulled. */
    Optional<String> denial(RepositoryName upstreamName, Tag tag) {
        String image = upstreamName + ":" + tag;
        return denied(globs(RuleSetting.DENY).flatMap(globs -> globs.find(upstreamName, tag)), image)
                .or(() -> globs(RuleSetting.ALLOW)
                        .filter(globs -> globs.find(upstreamName, tag).isEmpty())
                        .map(globs -> notAllowed(globs, image)));
    }

    private Optional<ImageGlobs> globs(RuleSetting<ImageGlobs> setting) {
        return rule.settings().find(setting);
    }

    private Optional<String> denied(Optional<ImageGlob> by, String image) {
        return by.map(glob -> "rule '" + rule.repositoryPrefix() + "' denies '" + image + "': its " + RuleSetting.DENY
                + " has '" + glob + "'");
    }

    private String notAllowed(ImageGlobs allowed, String image) {
        return "rule '" + rule.repositoryPrefix() + "' does not allow '" + image + "': its " + RuleSetting.ALLOW
                + " is '" + Printable.of(allowed.toString(), MAX_SHOWN) + "'";
    }
}
