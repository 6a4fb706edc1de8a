package dev.weir.aws;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamUrl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules in DynamoDB, read by one query at most every 30 s. Shape: {@link TableKeys}. */
public final class DynamoDbRules implements Rules {
    private static final String PARTITION = "RULES";

    private final DynamoDbTable table;
    private final Set<String> insecureUpstreams;
    private final LoadingCache<String, List<PullThroughCacheRule>> cache = Caffeine.newBuilder()
            .maximumSize(1)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build(partition -> load());

    /** @param insecureUpstreams {@code host:port} entries whose URLs may be http */
    public DynamoDbRules(DynamoDbTable table, Set<String> insecureUpstreams) {
        this.table = table;
        this.insecureUpstreams = insecureUpstreams;
    }

    @Override
    public List<PullThroughCacheRule> list() {
        return cache.get(PARTITION);
    }

    private List<PullThroughCacheRule> load() {
        return items().stream()
                .map(item -> new PullThroughCacheRule(
                        RepositoryPrefix.parse(item.string(TableKeys.SK)),
                        UpstreamUrl.parse(item.string("upstreamRegistryUrl"), insecureUpstreams),
                        item.findString("upstreamRepositoryPrefix")
                                .map(RepositoryPrefix::parse)
                                .orElse(RepositoryPrefix.ROOT),
                        item.findString("credentialArn").map(CredentialArn::parse),
                        item.findString("customRoleArn"),
                        item.findString("refreshInterval").map(Duration::parse)))
                .toList();
    }

    private List<Item> items() {
        return table.query(PARTITION, "", Map.of(), Integer.MAX_VALUE);
    }

    /** Makes these the rules; writes the same however often it is called. */
    public void replaceAll(List<PullThroughCacheRule> rules) {
        Set<String> kept =
                rules.stream().map(rule -> rule.repositoryPrefix().value()).collect(Collectors.toSet());
        rules.forEach(rule -> table.put(item(rule)));
        items().stream()
                .map(item -> item.string(TableKeys.SK))
                .filter(prefix -> !kept.contains(prefix))
                .forEach(prefix -> table.delete(TableKeys.key(PARTITION, prefix)));
        cache.invalidateAll();
    }

    private static Item item(PullThroughCacheRule rule) {
        String prefix = rule.repositoryPrefix().value();
        Item item = Item.with(TableKeys.key(PARTITION, prefix))
                .put("upstreamRegistryUrl", rule.upstreamUrl().toString())
                .put("upstreamRepositoryPrefix", rule.upstreamRepositoryPrefix().value());
        rule.credentialArn().ifPresent(arn -> item.put("credentialArn", arn.value()));
        rule.customRoleArn().ifPresent(arn -> item.put("customRoleArn", arn));
        rule.refreshInterval().ifPresent(interval -> item.put("refreshInterval", interval.toString()));
        return item;
    }
}
