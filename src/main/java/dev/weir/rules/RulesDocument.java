package dev.weir.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.RepositoryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * The rules, and what the document's {@code repositories} say of single repositories, as {@code aws ecr
     * describe-repositories} prints them: {@code [{"repositoryName":"quay/a/b","imageTagMutability":"IMMUTABLE"}]}. Two names of
     * one cached repository ({@code docker-hub/alpine} and {@code docker-hub/library/alpine}) are rejected.
     */
    public static RuleSet parse(byte[] json, InsecureUpstreams insecureUpstreams) {
        JsonNode document = read(json);
        RuleSet rules = new RuleSet(rules(document, insecureUpstreams), Set.of(), Map.of());
        Map<RepositoryName, RepositorySettings> repositories = repositories(document);
        rejectTwoNamesOfOne(rules, repositories.keySet());
        return rules.withRepositories(repositories);
    }

    private static void rejectTwoNamesOfOne(RuleSet rules, Set<RepositoryName> names) {
        Map<RepositoryName, RepositoryName> byCachedName = new HashMap<>();
        for (RepositoryName name : names) {
            RepositoryName cached = rules.cachedName(name);
            RepositoryName first = byCachedName.putIfAbsent(cached, name);
            if (first != null) {
                throw new IllegalArgumentException("has settings for repository '" + first + "' and for '" + name
                        + "', which are both cached as '" + cached + "': leave one of them out");
            }
        }
    }

    private static Map<RepositoryName, RepositorySettings> repositories(JsonNode document) {
        Map<RepositoryName, RepositorySettings> repositories = new LinkedHashMap<>();
        for (JsonNode repository : document.path("repositories")) {
            String name = find(repository, "repositoryName")
                    .orElseThrow(() -> new IllegalArgumentException("has a repository without repositoryName"));
            repositories.put(RepositoryName.parse(name), new RepositorySettings(tagMutability(repository)));
        }
        return repositories;
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static TagMutability tagMutability(JsonNode node) {
        List<String> filters = new ArrayList<>();
        for (JsonNode filter : node.path("imageTagMutabilityExclusionFilters")) {
            if (!filter.path("filterType").asText("WILDCARD").equals("WILDCARD")) {
                throw new IllegalArgumentException(
                        "filterType '" + filter.path("filterType").asText()
                                + "' of imageTagMutabilityExclusionFilters is not WILDCARD");
            }
            filters.add(filter.path("filter").asText());
        }
        return TagMutability.parse(find(node, "imageTagMutability").orElse("MUTABLE"), filters);
    }

    private static List<PullThroughCacheRule> rules(JsonNode document, InsecureUpstreams insecureUpstreams) {
        JsonNode rules = document.path("pullThroughCacheRules");
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

    private static PullThroughCacheRule rule(JsonNode rule, InsecureUpstreams insecureUpstreams) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(required(rule, "ecrRepositoryPrefix")),
                UpstreamUrl.parse(required(rule, "upstreamRegistryUrl"), insecureUpstreams),
                find(rule, "upstreamRepositoryPrefix")
                        .map(RepositoryPrefix::parse)
                        .orElse(RepositoryPrefix.ROOT),
                find(rule, "credentialArn").map(CredentialArn::parse),
                find(rule, "customRoleArn").map(CustomRoleArn::parse),
                settings(rule),
                tagMutability(rule));
    }

    /** As {@code aws ecr list-tags-for-resource} prints them: {@code "tags":[{"Key":"weir:refresh-interval","Value":"PT1H"}]}. */
    private static RuleSettings settings(JsonNode rule) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (JsonNode tag : rule.path("tags")) {
            tags.put(required(tag, "Key"), tag.path("Value").asText());
        }
        find(rule, "refreshInterval").ifPresent(value -> tags.put(RuleSetting.REFRESH_INTERVAL.key(), value));
        return RuleSettings.of(tags);
    }

    private static String required(JsonNode rule, String field) {
        return find(rule, field).orElseThrow(() -> new IllegalArgumentException("has a rule without " + field));
    }

    private static Optional<String> find(JsonNode rule, String field) {
        return Optional.ofNullable(rule.path(field).textValue()).filter(value -> !value.isEmpty());
    }
}
