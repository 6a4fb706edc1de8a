package dev.weir.aws;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.Rules;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;

/** The rules in DynamoDB, read by one query at most every 30 s. Shape: {@link TableKeys}. */
public final class DynamoDbRules implements Rules {
    private static final String PARTITION = "RULES";
    private static final String REPOSITORIES = "REPOSITORIES";

    private static final Logger LOG = System.getLogger(DynamoDbRules.class.getName());

    private final DynamoDbTable table;
    private final Set<String> insecureUpstreams;
    private final LoadingCache<String, Loaded> cache = Caffeine.newBuilder()
            .maximumSize(1)
            .expireAfterWrite(Duration.ofSeconds(30))
            .ticker(WallClock.TICKER)
            .build(partition -> load());
    private final LoadingCache<String, Map<RepositoryName, TagMutability>> repositories = Caffeine.newBuilder()
            .maximumSize(1)
            .expireAfterWrite(Duration.ofSeconds(30))
            .ticker(WallClock.TICKER)
            .build(partition -> loadRepositories());

    /** @param insecureUpstreams {@code host:port} entries whose URLs may be http */
    public DynamoDbRules(DynamoDbTable table, Set<String> insecureUpstreams) {
        this.table = table;
        this.insecureUpstreams = insecureUpstreams;
    }

    /** One bad item must not take down every pull; what it was about is remembered, so that nothing stands in for it. */
    private record Loaded(List<PullThroughCacheRule> rules, Set<RepositoryPrefix> unreadable) {}

    @Override
    public List<PullThroughCacheRule> list() {
        return cache.get(PARTITION).rules();
    }

    @Override
    public Set<RepositoryPrefix> unreadable() {
        return cache.get(PARTITION).unreadable();
    }

    @Override
    public Map<RepositoryName, TagMutability> tagMutability() {
        return repositories.get(REPOSITORIES);
    }

    private Map<RepositoryName, TagMutability> loadRepositories() {
        Map<RepositoryName, TagMutability> found = new HashMap<>();
        for (Item item : items(REPOSITORIES)) {
            readable(item, one -> RepositoryName.parse(one.string(TableKeys.SK)))
                    .ifPresent(name -> found.put(
                            nameInCache(name),
                            readable(item, DynamoDbRules::tagMutability).orElse(TagMutability.IMMUTABLE)));
        }
        return found;
    }

    private RepositoryName nameInCache(RepositoryName name) {
        try {
            return covering(name).map(UpstreamRepository::name).orElse(name);
        } catch (RegistryException e) {
            return name;
        }
    }

    private static TagMutability tagMutability(Item item) {
        return TagMutability.parse(
                item.findString("imageTagMutability").orElse("MUTABLE"),
                item.strings("imageTagMutabilityExclusionFilters"));
    }

    private Loaded load() {
        List<PullThroughCacheRule> rules = new ArrayList<>();
        Set<RepositoryPrefix> unreadable = new HashSet<>();
        for (Item item : items(PARTITION)) {
            Optional<PullThroughCacheRule> rule = readable(item, this::rule);
            rule.ifPresent(rules::add);
            if (rule.isEmpty()) {
                readable(item, one -> RepositoryPrefix.parse(one.string(TableKeys.SK)))
                        .ifPresent(unreadable::add);
            }
        }
        return new Loaded(List.copyOf(rules), Set.copyOf(unreadable));
    }

    private PullThroughCacheRule rule(Item item) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(item.string(TableKeys.SK)),
                UpstreamUrl.parse(item.string("upstreamRegistryUrl"), insecureUpstreams),
                item.findString("upstreamRepositoryPrefix")
                        .map(RepositoryPrefix::parse)
                        .orElse(RepositoryPrefix.ROOT),
                item.findString("credentialArn").map(CredentialArn::parse),
                item.findString("customRoleArn"),
                item.findString("refreshInterval").map(Duration::parse),
                tagMutability(item));
    }

    /** Told of as often as it is read. */
    private static <T> Optional<T> readable(Item item, Function<Item, T> parse) {
        try {
            return Optional.of(parse.apply(item));
        } catch (IllegalArgumentException | IllegalStateException | RegistryException | DateTimeException e) {
            String what = item.string(TableKeys.PK) + " " + item.string(TableKeys.SK);
            LOG.log(Level.ERROR, "{0} can''t be read, write it anew: {1}", what, e.getMessage());
            return Optional.empty();
        }
    }

    private List<Item> items(String partition) {
        try {
            return table.query(partition, "", Map.of(), Integer.MAX_VALUE);
        } catch (SdkException e) {
            throw new IllegalStateException(
                    "the rules can't be read from " + table + ", make it and allow dynamodb:Query: " + e.getMessage(),
                    e);
        }
    }

    /** Makes these the rules; writes the same however often it is called. */
    public void replaceAll(List<PullThroughCacheRule> rules, Map<RepositoryName, TagMutability> ofRepositories) {
        replace(PARTITION, rules.stream().map(DynamoDbRules::item).toList());
        replace(
                REPOSITORIES,
                ofRepositories.entrySet().stream()
                        .map(entry -> with(
                                Item.with(TableKeys.key(
                                        REPOSITORIES, entry.getKey().value())),
                                entry.getValue()))
                        .toList());
        cache.invalidateAll();
        repositories.invalidateAll();
    }

    private void replace(String partition, List<Item> wanted) {
        Set<String> kept =
                wanted.stream().map(item -> item.string(TableKeys.SK)).collect(Collectors.toSet());
        wanted.forEach(table::put);
        items(partition).stream()
                .map(item -> item.string(TableKeys.SK))
                .filter(name -> !kept.contains(name))
                .forEach(name -> table.delete(TableKeys.key(partition, name)));
    }

    private static Item with(Item item, TagMutability mutability) {
        return mutability.equals(TagMutability.MUTABLE)
                ? item
                : item.put("imageTagMutability", mutability.toString())
                        .put("imageTagMutabilityExclusionFilters", mutability.exclusionFilters());
    }

    private static Item item(PullThroughCacheRule rule) {
        String prefix = rule.repositoryPrefix().value();
        Item item = Item.with(TableKeys.key(PARTITION, prefix))
                .put("upstreamRegistryUrl", rule.upstreamUrl().toString())
                .put("upstreamRepositoryPrefix", rule.upstreamRepositoryPrefix().value());
        rule.credentialArn().ifPresent(arn -> item.put("credentialArn", arn.value()));
        rule.customRoleArn().ifPresent(arn -> item.put("customRoleArn", arn));
        rule.refreshInterval().ifPresent(interval -> item.put("refreshInterval", interval.toString()));
        return with(item, rule.tagMutability());
    }
}
