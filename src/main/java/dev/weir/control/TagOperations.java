package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Printable;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.StoredRule;
import dev.weir.store.Repositories;
import dev.weir.store.StoredRepository;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Tags of rules and of repositories. Those that begin {@code weir:} are settings. */
public final class TagOperations implements OperationSet {
    private static final String ARN = "resourceArn";
    private static final Pattern KEY = Pattern.compile("(?!aws:)[\\x20-\\x7e]{1,128}");

    private final RuleDirectory rules;
    private final Repositories repositories;
    private final RegistryIdentity identity;

    public TagOperations(RuleDirectory rules, Repositories repositories, RegistryIdentity identity) {
        this.rules = rules;
        this.repositories = repositories;
        this.identity = identity;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "TagResource", this::tag,
                "UntagResource", this::untag,
                "ListTagsForResource", this::list);
    }

    private ObjectNode tag(EcrCall call) {
        Map<String, String> given = EcrJson.tags(call.input().path("tags"));
        given.keySet().forEach(TagOperations::requireKey);
        change(call, tags -> {
            Map<String, String> more = new TreeMap<>(tags);
            more.putAll(given);
            if (more.size() > EcrJson.MAX_TAGS) {
                throw new EcrException(
                        EcrException.Code.TOO_MANY_TAGS,
                        "the resource would have " + more.size() + " tags: allowed are " + EcrJson.MAX_TAGS);
            }
            return more;
        });
        return EcrJson.object();
    }

    private static void requireKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new EcrException(
                    EcrException.Code.INVALID_TAG_PARAMETER,
                    "tag key '" + Printable.of(key)
                            + "': allowed are 1 to 128 printable ASCII characters that don't begin aws:");
        }
    }

    private ObjectNode untag(EcrCall call) {
        change(call, tags -> {
            Map<String, String> fewer = new TreeMap<>(tags);
            fewer.keySet().removeAll(call.texts("tagKeys"));
            return fewer;
        });
        return EcrJson.object();
    }

    private ObjectNode list(EcrCall call) {
        Optional<RepositoryPrefix> rule = rule(call);
        Map<String, String> tags = rule.isPresent()
                ? rules.get(rule.get()).tags()
                : repositories
                        .find(repository(call))
                        .orElseThrow(() -> notFound(call))
                        .tags();
        ObjectNode answer = EcrJson.object();
        ArrayNode shown = answer.putArray("tags");
        new TreeMap<>(tags)
                .forEach((key, value) -> shown.addObject().put("Key", key).put("Value", value));
        return answer;
    }

    private void change(EcrCall call, UnaryOperator<Map<String, String>> change) {
        try {
            Optional<RepositoryPrefix> rule = rule(call);
            if (rule.isPresent()) {
                changeRule(call, rule.get(), change);
            } else {
                changeRepository(call, repository(call), change);
            }
        } catch (IllegalArgumentException e) {
            throw new EcrException(EcrException.Code.INVALID_TAG_PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    private void changeRule(EcrCall call, RepositoryPrefix prefix, UnaryOperator<Map<String, String>> change) {
        StoredRule before = rules.get(prefix);
        StoredRule after = rules.book()
                .change(prefix, rule -> rule.withTags(change.apply(rule.tags())))
                .orElseThrow(() -> rules.notFound(prefix));
        call.changed(RuleDirectory.target(prefix), before.toString(), after.toString());
    }

    private void changeRepository(EcrCall call, RepositoryName name, UnaryOperator<Map<String, String>> change) {
        StoredRepository before = repositories.find(name).orElseThrow(() -> notFound(call));
        StoredRepository after = repositories
                .change(name, repository -> repository.withTags(change.apply(repository.tags())))
                .orElseThrow(() -> notFound(call));
        call.changed("repository/" + name, before.toString(), after.toString());
    }

    /** Empty when the ARN is not a rule's. */
    private Optional<RepositoryPrefix> rule(EcrCall call) {
        return identity.prefixOfRuleArn(call.text(ARN))
                .map(prefix -> call.parse(ARN, arn -> RepositoryPrefix.parse(prefix)));
    }

    private RepositoryName repository(EcrCall call) {
        String name = identity.nameOfRepositoryArn(call.text(ARN))
                .orElseThrow(() -> EcrException.invalid(
                        ARN,
                        "must be " + identity.repositoryArn(RepositoryName.parse("name")) + " or "
                                + identity.ruleArn(RepositoryPrefix.parse("prefix"))));
        return call.parse(ARN, arn -> RepositoryName.parse(name));
    }

    private static EcrException notFound(EcrCall call) {
        return new EcrException(
                EcrException.Code.REPOSITORY_NOT_FOUND,
                "The repository with ARN '" + Printable.of(call.text(ARN)) + "' does not exist");
    }
}
