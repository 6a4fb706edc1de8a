package dev.weir.deployed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.template.Template;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which function answers which path, as template.yaml's definition of the API says.
 *
 * <p>Source: API Gateway developer guide, "Lambda proxy integration with a proxy resource": the resource with the longest path
 * that matches; {@code {proxy+}} is one part of a path or more.
 */
public final class Integrations {
    private static final String GREEDY = "{proxy+}";

    /** Resource → logical id of the function. */
    private final Map<String, String> functions;

    public Integrations(Template template) {
        this.functions = template.properties("Api").path("DefinitionBody").path("paths").properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, path -> function(path.getValue())));
    }

    private static String function(JsonNode path) {
        return Functions.idIn(path.at("/x-amazon-apigateway-any-method/x-amazon-apigateway-integration/uri")
                .asText());
    }

    /** @param path without the stage, {@code /team/app/manifests/1} */
    public String resource(String path) {
        return functions.keySet().stream()
                .filter(resource -> matches(resource, path))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new IllegalArgumentException("template.yaml has no path for " + path));
    }

    /** The logical id of the function that answers the path. */
    public String function(String path) {
        return functions.getOrDefault(resource(path), "");
    }

    private static boolean matches(String resource, String path) {
        if (!resource.endsWith(GREEDY)) {
            return resource.equals(path);
        }
        String before = resource.substring(0, resource.length() - GREEDY.length());
        return path.startsWith(before) && path.length() > before.length();
    }
}
