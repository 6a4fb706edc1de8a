package dev.weir.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Rules as {@code aws ecr describe-pull-through-cache-rules} prints them:
 * {@code {"pullThroughCacheRules":[{"ecrRepositoryPrefix":"quay","upstreamRegistryUrl":"quay.io"}]}}.
 *
 * <p>Errors: {@link IllegalArgumentException} that names the rule, the value and what is allowed.
 */
public final class RulesDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RulesDocument() {}

    /** @param insecureUpstreams {@code host:port} entries whose URLs may be http */
    public static List<PullThroughCacheRule> parse(byte[] json, Set<String> insecureUpstreams) {
        JsonNode rules;
        try {
            rules = JSON.readTree(json).path("pullThroughCacheRules");
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON");
        }
        if (!rules.isArray()) {
            throw new IllegalArgumentException("has no list \"pullThroughCacheRules\"");
        }
        List<PullThroughCacheRule> parsed = StreamSupport.stream(rules.spliterator(), false)
                .map(rule -> rule(rule, insecureUpstreams))
                .toList();
        Set<RepositoryPrefix> seen = new HashSet<>();
        for (PullThroughCacheRule rule : parsed) {
            if (!seen.add(rule.repositoryPrefix())) {
                throw new IllegalArgumentException("has two rules for prefix '" + rule.repositoryPrefix() + "'");
            }
        }
        return parsed;
    }

    private static PullThroughCacheRule rule(JsonNode rule, Set<String> insecureUpstreams) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(required(rule, "ecrRepositoryPrefix")),
                UpstreamUrl.parse(required(rule, "upstreamRegistryUrl"), insecureUpstreams),
                find(rule, "upstreamRepositoryPrefix")
                        .map(RepositoryPrefix::parse)
                        .orElse(RepositoryPrefix.ROOT),
                find(rule, "credentialArn").map(CredentialArn::parse),
                find(rule, "customRoleArn"),
                find(rule, "refreshInterval").map(RulesDocument::duration));
    }

    private static Duration duration(String value) {
        try {
            return Duration.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "refreshInterval '" + value + "' is not an ISO-8601 duration such as PT24H");
        }
    }

    private static String required(JsonNode rule, String field) {
        return find(rule, field).orElseThrow(() -> new IllegalArgumentException("has a rule without " + field));
    }

    private static Optional<String> find(JsonNode rule, String field) {
        return Optional.ofNullable(rule.path(field).textValue()).filter(value -> !value.isEmpty());
    }
}
