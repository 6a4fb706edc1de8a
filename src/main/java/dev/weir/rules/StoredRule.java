package dev.weir.rules;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A rule as it is kept.
 *
 * @param givenUpstreamPrefix the upstream repository prefix as it was given; where it was left out, which means {@code ROOT}, ECR's
 *     answers leave it out too: Terraform would take it for a change
 * @param tags all of the rule's tags by key, its settings among them
 */
public record StoredRule(
        PullThroughCacheRule rule,
        Optional<RepositoryPrefix> givenUpstreamPrefix,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt) {
    public StoredRule {
        tags = Map.copyOf(tags);
    }

    /** A rule that is kept from now on; its settings are its tags. */
    public static StoredRule created(PullThroughCacheRule rule, Instant now) {
        Optional<RepositoryPrefix> upstreamPrefix = Optional.of(rule.upstreamRepositoryPrefix());
        return created(rule, upstreamPrefix.filter(prefix -> !prefix.isRoot()), now);
    }

    /** The same, with the upstream repository prefix as it was given. */
    public static StoredRule created(PullThroughCacheRule rule, Optional<RepositoryPrefix> given, Instant now) {
        return new StoredRule(rule, given, rule.settings().tags(), now, now);
    }

    /** The same rule with other members. */
    public StoredRule with(PullThroughCacheRule other, Instant now) {
        return new StoredRule(other, givenUpstreamPrefix, tags, createdAt, now);
    }

    /** The same rule with other tags. Errors: {@link IllegalArgumentException} as {@link RuleSettings#of}. */
    public StoredRule withTags(Map<String, String> others) {
        return new StoredRule(rule.with(RuleSettings.of(others)), givenUpstreamPrefix, others, createdAt, updatedAt);
    }

    /** For the audit line: all that it says, and no secret, since a credential is only named by its ARN. */
    @Override
    public String toString() {
        return "upstreamRegistryUrl=" + rule.upstreamUrl()
                + " upstreamRepositoryPrefix=" + rule.upstreamRepositoryPrefix()
                + rule.credentialArn().map(arn -> " credentialArn=" + arn).orElse("")
                + rule.customRoleArn().map(arn -> " customRoleArn=" + arn).orElse("")
                + " tags=" + new TreeMap<>(tags);
    }
}
