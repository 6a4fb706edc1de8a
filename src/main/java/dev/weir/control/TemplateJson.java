package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.policy.MalformedPolicyException;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.store.CreationTemplate;
import dev.weir.store.CreationTemplate.Scenario;
import dev.weir.store.CreationTemplate.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** Creation templates in inputs and answers, checked as the settings themselves are. Errors: InvalidParameterException. */
final class TemplateJson {
    static final String PREFIX = "prefix";
    private static final String DESCRIPTION = "description";
    private static final String TAGS = "resourceTags";
    private static final String REPOSITORY_POLICY = "repositoryPolicy";
    private static final String LIFECYCLE_POLICY = "lifecyclePolicy";
    private static final String APPLIED_FOR = "appliedFor";
    private static final String ENCRYPTION = "encryptionConfiguration";
    private static final String ROLE = "customRoleArn";

    private TemplateJson() {}

    /** As ECR's {@code RepositoryCreationTemplate}. */
    static ObjectNode template(CreationTemplate template) {
        Settings settings = template.settings();
        ObjectNode json = EcrJson.object().put(PREFIX, template.prefix().value());
        template.description().ifPresent(text -> json.put(DESCRIPTION, text));
        json.putObject(ENCRYPTION).put("encryptionType", "AES256");
        ArrayNode tags = json.putArray(TAGS);
        new TreeMap<>(settings.tags())
                .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        EcrJson.putMutability(json, settings.tagMutability());
        settings.repositoryPolicy().ifPresent(text -> json.put(REPOSITORY_POLICY, text));
        settings.lifecyclePolicy().ifPresent(text -> json.put(LIFECYCLE_POLICY, text));
        ArrayNode appliedFor = json.putArray(APPLIED_FOR);
        template.appliedFor().forEach(scenario -> appliedFor.add(scenario.name()));
        return json.put("createdAt", EcrJson.seconds(template.createdAt()))
                .put("updatedAt", EcrJson.seconds(template.updatedAt()));
    }

    /** What the input leaves out stays as it was; an empty text or list takes away what was there. */
    static CreationTemplate changed(CreationTemplate before, JsonNode input, Instant now) {
        requireApplicable(input);
        return new CreationTemplate(
                before.prefix(),
                text(input, DESCRIPTION, before.description(), text -> {}),
                settings(before.settings(), input),
                appliedFor(before.appliedFor(), input),
                before.createdAt(),
                now);
    }

    /** A template that promised what no repository gets would be a lie. */
    private static void requireApplicable(JsonNode input) {
        JsonNode type = input.path(ENCRYPTION).path("encryptionType");
        if (!type.asText("AES256").equals("AES256")) {
            throw EcrException.invalid(
                    ENCRYPTION + ".encryptionType",
                    "must be AES256, or be left out: the stack's parameter KmsKeyArn encrypts the objects of all repositories");
        }
        if (!input.path(ROLE).asText("").isEmpty()) {
            throw EcrException.invalid(
                    ROLE,
                    "must be left out: repositories are made, tagged and encrypted without a role, by Weir itself");
        }
    }

    private static Settings settings(Settings before, JsonNode input) {
        try {
            return new Settings(
                    EcrJson.findMutability(input).orElse(before.tagMutability()),
                    tags(before.tags(), input),
                    text(input, REPOSITORY_POLICY, before.repositoryPolicy(), TemplateJson::checkPolicy),
                    text(input, LIFECYCLE_POLICY, before.lifecyclePolicy(), LifecyclePolicyText::check));
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid(TAGS, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> text(
            JsonNode input, String member, Optional<String> before, Consumer<String> check) {
        if (!input.path(member).isTextual()) {
            return before;
        }
        Optional<String> given = Optional.of(input.path(member).asText()).filter(text -> !text.isEmpty());
        given.ifPresent(check);
        return given;
    }

    private static void checkPolicy(String text) {
        try {
            PolicyDocument.parse(text);
        } catch (MalformedPolicyException e) {
            throw EcrException.invalid(REPOSITORY_POLICY, String.valueOf(e.getMessage()));
        }
    }

    /** The operations on templates have no error of their own for tags. */
    private static Map<String, String> tags(Map<String, String> before, JsonNode input) {
        if (!input.path(TAGS).isArray()) {
            return before;
        }
        try {
            return EcrJson.tags(input.path(TAGS));
        } catch (EcrException e) {
            throw EcrException.invalid(TAGS, String.valueOf(e.getMessage()));
        }
    }

    private static List<Scenario> appliedFor(List<Scenario> before, JsonNode input) {
        List<Scenario> scenarios = input.path(APPLIED_FOR).isArray()
                ? StreamSupport.stream(input.path(APPLIED_FOR).spliterator(), false)
                        .map(scenario -> Scenario.valueOf(scenario.asText()))
                        .distinct()
                        .toList()
                : before;
        if (!scenarios.contains(Scenario.PULL_THROUGH_CACHE)) {
            throw EcrException.invalid(
                    APPLIED_FOR,
                    "must hold PULL_THROUGH_CACHE: nothing else makes a repository of itself here, CreateRepository takes its settings"
                            + " as they are given");
        }
        return scenarios;
    }
}
