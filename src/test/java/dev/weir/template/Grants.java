package dev.weir.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * What a function's role allows, resource → actions; statements that deny are not looked at.
 *
 * <p>Source: IAM user guide, "IAM JSON policy elements: Resource" (wildcards).
 */
public record Grants(Map<String, Set<String>> actions) {

    /** @param function its logical id */
    public static Grants of(Template template, String function) {
        Map<String, Set<String>> grants = new LinkedHashMap<>();
        for (JsonNode statement : statements(template, function)) {
            if (statement.path("Effect").asText().equals("Allow")) {
                grants.computeIfAbsent(statement.path("Resource").asText(), resource -> new LinkedHashSet<>())
                        .addAll(actions(statement));
            }
        }
        return new Grants(grants);
    }

    /** Whether some statement allows the action on the resource; conditions are not looked at. */
    public boolean allow(String action, String resource) {
        return actions.entrySet().stream()
                .anyMatch(grant -> grant.getValue().contains(action) && covers(grant.getKey(), resource));
    }

    private static boolean covers(String pattern, String resource) {
        String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return resource.matches(regex);
    }

    static Iterable<JsonNode> statements(Template template, String function) {
        String role = template.properties(function).path("Role").asText().replaceAll("<(\\w+)\\.Arn>", "$1");
        JsonNode policies = template.properties(role).path("Policies");
        if (policies.size() != 1) {
            throw new IllegalArgumentException(role + " has " + policies.size() + " policies, one was expected");
        }
        List<JsonNode> statements = new ArrayList<>();
        policies.get(0).at("/PolicyDocument/Statement").forEach(statements::add);
        for (String id : template.resourcesOfType("AWS::IAM::Policy")) {
            JsonNode policy = template.properties(id);
            boolean isOfRole = StreamSupport.stream(policy.path("Roles").spliterator(), false)
                    .anyMatch(one -> one.asText().equals("<" + role + ">"));
            if (isOfRole && template.isThere(id)) {
                policy.at("/PolicyDocument/Statement").forEach(statements::add);
            }
        }
        return statements;
    }

    static Set<String> actions(JsonNode statement) {
        Set<String> actions = new LinkedHashSet<>();
        JsonNode action = statement.path("Action");
        if (action.isTextual()) {
            actions.add(action.asText());
        }
        action.forEach(one -> actions.add(one.asText()));
        return actions;
    }
}
