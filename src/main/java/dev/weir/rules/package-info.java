/**
 * Pull through cache rules as ECR writes them: a repository prefix, the upstream registry it stands for, and how names map.
 * Which rule answers for a repository is decided here, as a pure function of the rules.
 *
 * <p>Source: Amazon ECR API, {@code PullThroughCacheRule}; user guide, "Customizing repository prefixes".
 */
@NullMarked
package dev.weir.rules;

import org.jspecify.annotations.NullMarked;
