package dev.weir.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * template.yaml under one choice of parameters.
 *
 * <p>Shape: {@link #source()} is the file, its short tags written out ({@code !Ref X} is {@code {"Ref": "X"}}); all else is
 * resolved: a parameter is its value, a resource {@code <LogicalId>}, its attribute {@code <LogicalId.Arn>}.
 */
public final class Template {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode source;
    private final Map<String, String> parameters;

    private Template(JsonNode source, Map<String, String> parameters) {
        this.source = source;
        this.parameters = Map.copyOf(parameters);
    }

    /** The file in the working directory with every parameter at its default. */
    public static Template load() {
        try (Reader file = Files.newBufferedReader(Path.of("template.yaml"), StandardCharsets.UTF_8)) {
            Object document = new Yaml(new ShortTags()).load(file);
            JsonNode source = JSON.valueToTree(document);
            Map<String, String> defaults = new LinkedHashMap<>();
            source.path("Parameters")
                    .properties()
                    .forEach(parameter -> defaults.put(
                            parameter.getKey(),
                            parameter.getValue().path("Default").asText()));
            return new Template(source, defaults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same template with one parameter chosen otherwise. */
    public Template with(String parameter, String value) {
        if (!parameters.containsKey(parameter)) {
            throw new IllegalArgumentException("template.yaml has no parameter " + parameter);
        }
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(parameter, value);
        return new Template(source, changed);
    }

    /** The file as it stands, nothing resolved. */
    public JsonNode source() {
        return source;
    }

    /** The logical ids of all resources of a type. */
    public List<String> resourcesOfType(String type) {
        return names(source.path("Resources"))
                .filter(id -> source.at("/Resources/" + id + "/Type").asText().equals(type))
                .toList();
    }

    /** A resource as CloudFormation gets it, properties and policies; a function holds the Globals. */
    public JsonNode resource(String logicalId) {
        JsonNode resource = source.path("Resources").path(logicalId);
        if (resource.isMissingNode()) {
            throw new IllegalArgumentException("template.yaml has no resource " + logicalId);
        }
        boolean function = resource.path("Type").asText().equals("AWS::Serverless::Function");
        JsonNode whole = function ? withGlobals(resource) : resource;
        return new Intrinsics(source.path("Conditions"), parameters).resolve(whole);
    }

    /** Whether a resource is made under the chosen parameters. */
    public boolean isThere(String logicalId) {
        JsonNode condition = source.path("Resources").path(logicalId).path("Condition");
        return condition.isMissingNode()
                || new Intrinsics(source.path("Conditions"), parameters).isTrue(condition.asText());
    }

    /** A resource's properties. */
    public JsonNode properties(String logicalId) {
        return resource(logicalId).path("Properties");
    }

    /** A function's environment variables. */
    public Map<String, String> environment(String function) {
        Map<String, String> environment = new LinkedHashMap<>();
        properties(function)
                .at("/Environment/Variables")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        return environment;
    }

    /** The names of an object's fields. */
    static Stream<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey);
    }

    private JsonNode withGlobals(JsonNode function) {
        try {
            JsonNode globals = source.at("/Globals/Function").deepCopy();
            JsonNode properties = JSON.readerForUpdating(globals).readValue(function.path("Properties"));
            ObjectNode merged = function.deepCopy();
            return merged.set("Properties", properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads {@code !Name value} as CloudFormation's long form. */
    private static final class ShortTags extends SafeConstructor {
        ShortTags() {
            super(new LoaderOptions());
            yamlMultiConstructors.put("!", new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    String name = node.getTag().getValue().substring(1);
                    return Map.of(name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name, value(node));
                }
            });
        }

        private Object value(Node node) {
            if (node instanceof SequenceNode sequence) {
                return constructSequence(sequence);
            }
            return node instanceof MappingNode mapping ? constructMapping(mapping) : constructScalar((ScalarNode) node);
        }
    }
}
