package dev.weir.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Checks the text of a lifecycle policy. Nothing expires images yet; what is kept is what would be carried out.
 *
 * <p>Errors: InvalidParameterException that names the rule, the member and what is allowed.
 *
 * <p>Source: ECR User Guide, "Lifecycle policy parameters".
 */
final class LifecyclePolicyText {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Set<String> RULE = Set.of("rulePriority", "description", "selection", "action");
    private static final Set<String> SELECTION =
            Set.of("tagStatus", "tagPrefixList", "tagPatternList", "countType", "countUnit", "countNumber");
    private static final Set<String> COUNT_TYPES = Set.of("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled");

    private LifecyclePolicyText() {}

    static void check(String text) {
        JsonNode document;
        try {
            document = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("it is not one JSON object");
        }
        requireOnly(document, Set.of("rules"), "the policy");
        JsonNode rules = document.path("rules");
        require(rules.isArray() && !rules.isEmpty(), "'rules' must be a list of at least one rule");
        Set<Long> priorities = new HashSet<>();
        long highest = 0;
        for (JsonNode rule : rules) {
            long priority = checkRule(rule);
            require(priorities.add(priority), "two rules have rulePriority " + priority + ": each must have its own");
            highest = Math.max(highest, priority);
        }
        for (JsonNode rule : rules) {
            boolean isAny = rule.path("selection").path("tagStatus").asText().equals("any");
            require(
                    !isAny || rule.path("rulePriority").asLong() == highest,
                    "a rule with tagStatus 'any' must have the highest rulePriority of all");
        }
    }

    private static long checkRule(JsonNode rule) {
        JsonNode priority = rule.path("rulePriority");
        require(
                priority.isIntegralNumber() && priority.canConvertToInt() && priority.asInt() > 0,
                "each rule must have a rulePriority, a whole number from 1");
        String which = "rule " + priority.asInt();
        requireOnly(rule, RULE, which);
        require(
                rule.path("description").isMissingNode()
                        || rule.path("description").isTextual(),
                which + ": 'description' must be text");
        requireOnly(rule.path("action"), Set.of("type"), which + ", 'action'");
        require(
                rule.path("action").path("type").asText().equals("expire"),
                which + ": 'action' must be {\"type\":\"expire\"}");
        checkSelection(rule.path("selection"), which + ", 'selection'");
        return priority.asLong();
    }

    private static void checkSelection(JsonNode selection, String where) {
        requireOnly(selection, SELECTION, where);
        String status = selection.path("tagStatus").asText();
        require(
                Set.of("tagged", "untagged", "any").contains(status),
                where + ": 'tagStatus' must be tagged, untagged or any");
        boolean hasPrefixes = isListOfTexts(selection.path("tagPrefixList"));
        boolean hasPatterns = isListOfTexts(selection.path("tagPatternList"));
        require(
                status.equals("tagged") ? hasPrefixes != hasPatterns : !hasPrefixes && !hasPatterns,
                where
                        + ": 'tagPrefixList' or 'tagPatternList', one of the two, must be there for tagStatus 'tagged' only");
        String type = selection.path("countType").asText();
        require(COUNT_TYPES.contains(type), where + ": 'countType' must be one of " + COUNT_TYPES);
        require(
                type.equals("imageCountMoreThan")
                        ? selection.path("countUnit").isMissingNode()
                        : selection.path("countUnit").asText().equals("days"),
                where + ": 'countUnit' must be 'days' for a time, and be left out for a count");
        require(
                selection.path("countNumber").isIntegralNumber()
                        && selection.path("countNumber").asLong() > 0,
                where + ": 'countNumber' must be a whole number from 1");
    }

    private static boolean isListOfTexts(JsonNode list) {
        if (list.isMissingNode()) {
            return false;
        }
        boolean texts = list.isArray() && !list.isEmpty();
        for (JsonNode one : list) {
            texts = texts && one.isTextual() && !one.asText().isEmpty();
        }
        require(texts, "'tagPrefixList' and 'tagPatternList' must be lists of texts");
        return true;
    }

    private static void requireOnly(JsonNode object, Set<String> allowed, String where) {
        require(object.isObject(), where + " must be an object");
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            require(allowed.contains(name), where + " has '" + name + "': allowed are " + allowed);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw invalid(what);
        }
    }

    private static EcrException invalid(String what) {
        return EcrException.invalid("LifecyclePolicyText", "Lifecycle policy validation failure: " + what);
    }
}
