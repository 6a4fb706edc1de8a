package dev.weir.table;

import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleSetting;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.StoredRule;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Rules and settings of repositories as items, and back. What can't be read is logged, and named with its remedy. */
record RuleItems(InsecureUpstreams insecureUpstreams) {
    private static final String FILTERS = "imageTagMutabilityExclusionFilters";
    private static final String UPSTREAM_PREFIX = "upstreamRepositoryPrefix";
    private static final String TAGS = "tags";
    private static final String CREATED_AT = "createdAt";
    private static final String UPDATED_AT = "updatedAt";

    private static final Logger LOG = System.getLogger(TableRules.class.getName());

    /** Empty when it can't be read. */
    Optional<StoredRule> rule(Item item) {
        return readable(item, this::parsed);
    }

    static Item item(Key key, StoredRule stored) {
        PullThroughCacheRule rule = stored.rule();
        Item item = Item.at(key)
                .with("upstreamRegistryUrl", rule.upstreamUrl().toString())
                .withIfPresent(
                        UPSTREAM_PREFIX,
                        stored.givenUpstreamPrefix()
                                .map(RepositoryPrefix::value)
                                .map(Value::of))
                .withIfPresent(
                        "credentialArn",
                        rule.credentialArn().map(CredentialArn::value).map(Value::of))
                .withIfPresent(
                        "customRoleArn",
                        rule.customRoleArn().map(CustomRoleArn::value).map(Value::of))
                .with(CREATED_AT, stored.createdAt())
                .with(UPDATED_AT, stored.updatedAt());
        return with(stored.tags().isEmpty() ? item : item.with(TAGS, fields(stored.tags())), rule.tagMutability());
    }

    private static Value fields(Map<String, String> tags) {
        Map<String, Value> fields = new HashMap<>();
        tags.forEach((key, value) -> fields.put(key, Value.of(value)));
        return new Value.Fields(fields);
    }

    private StoredRule parsed(Item item) {
        Map<String, String> tags = tags(item);
        Optional<RepositoryPrefix> upstreamPrefix =
                item.findString(UPSTREAM_PREFIX).map(RepositoryPrefix::parse);
        PullThroughCacheRule rule = new PullThroughCacheRule(
                RepositoryPrefix.parse(item.key().sk()),
                UpstreamUrl.parse(item.string("upstreamRegistryUrl"), insecureUpstreams),
                upstreamPrefix.orElse(RepositoryPrefix.ROOT),
                item.findString("credentialArn").map(CredentialArn::parse),
                item.findString("customRoleArn").map(CustomRoleArn::parse),
                RuleSettings.of(tags),
                tagMutability(item));
        // A rule that an earlier version wrote has no times.
        Instant createdAt = item.findInstant(CREATED_AT).orElse(Instant.EPOCH);
        return new StoredRule(
                rule,
                upstreamPrefix,
                tags,
                createdAt,
                item.findInstant(UPDATED_AT).orElse(createdAt));
    }

    /** An earlier version kept the one setting there was as an attribute of its own. */
    private static Map<String, String> tags(Item item) {
        Map<String, String> tags = new TreeMap<>();
        item.findString("refreshInterval").ifPresent(value -> tags.put(RuleSetting.REFRESH_INTERVAL.key(), value));
        tags.putAll(item.texts(TAGS));
        return tags;
    }

    Optional<RepositoryPrefix> prefix(Item item) {
        return readable(item, one -> RepositoryPrefix.parse(one.key().sk()));
    }

    static Item item(Key key, RepositorySettings settings) {
        return with(Item.at(key), settings.tagMutability());
    }

    private static TagMutability tagMutability(Item item) {
        return TagMutability.parse(item.findString("imageTagMutability").orElse("MUTABLE"), item.strings(FILTERS));
    }

    private static Item with(Item item, TagMutability mutability) {
        return mutability.equals(TagMutability.MUTABLE)
                ? item
                : item.with("imageTagMutability", mutability.toString())
                        .with(FILTERS, Value.ofStrings(List.copyOf(mutability.exclusionFilters())));
    }

    /** Logged each time that it is read. */
    static <T> Optional<T> readable(Item item, Function<Item, T> parse) {
        try {
            return Optional.of(parse.apply(item));
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            LOG.log(Level.ERROR, "item {0} can''t be read, write it anew: {1}", item.key(), e.getMessage());
            return Optional.empty();
        }
    }
}
