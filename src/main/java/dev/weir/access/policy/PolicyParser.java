package dev.weir.access.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.Glob;
import dev.weir.oci.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a document's JSON strictly. Errors: {@link MalformedPolicyException}. */
final class PolicyParser {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
    private static final Set<String> DOCUMENT = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT =
            Set.of("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "Condition");
    private static final Pattern SID = Pattern.compile("[0-9A-Za-z _-]{0,100}");
    private static final Pattern ACTION =
            Pattern.compile("\\*|(?:ecr|sts|weir):[A-Za-z*?]{1,128}", Pattern.CASE_INSENSITIVE);

    private PolicyParser() {}

    static List<Statement> statements(String json) {
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PolicyDocument.MAX_BYTES) {
            throw new MalformedPolicyException(
                    "$", "the document has " + bytes + " bytes, allowed are " + PolicyDocument.MAX_BYTES);
        }
        JsonObject document = new JsonObject("$", read(json));
        document.requireOnly(DOCUMENT);
        document.find("Version").ifPresent(version -> {
            if (!VERSIONS.contains(version.text())) {
                throw version.malformed("allowed is 2012-10-17");
            }
        });
        document.find("Id").ifPresent(JsonValue::text);
        List<Statement> statements = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue value : document.get("Statement").elements()) {
            Statement statement = statement(value.object(), statements.size());
            if (!names.add(statement.name())) {
                throw value.malformed("Sid " + statement.name() + " is another statement's already");
            }
            statements.add(statement);
        }
        return statements;
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new MalformedPolicyException(
                    "$", "not JSON, or a member stands twice: " + Printable.of(e.getOriginalMessage()));
        }
    }

    private static Statement statement(JsonObject json, int index) {
        if (json.find("NotPrincipal").isPresent() || json.find("NotResource").isPresent()) {
            throw json.malformed("NotPrincipal and NotResource are not supported:"
                    + " write Principal or Resource, and a Condition or a second statement for the exceptions");
        }
        json.requireOnly(STATEMENT);
        boolean isNot = json.find("NotAction").isPresent();
        if (isNot == json.find("Action").isPresent()) {
            throw json.malformed("exactly one of Action and NotAction is needed");
        }
        return new Statement(
                name(json, index),
                effect(json.get("Effect")),
                PrincipalParser.principal(json.get("Principal")),
                json.get(isNot ? "NotAction" : "Action").elements().stream()
                        .map(PolicyParser::action)
                        .toList(),
                isNot ? Statement.ActionMatch.ALL_OTHERS : Statement.ActionMatch.THESE,
                json.find("Resource").map(PolicyParser::resources).orElse(List.of(new ResourcePattern(new Glob("*")))),
                json.find("Condition").map(ConditionParser::conditions).orElse(List.of()));
    }

    private static String name(JsonObject json, int index) {
        return json.find("Sid")
                .map(sid -> sid.text(SID, "letters, digits, space, '_' and '-'"))
                .filter(sid -> !sid.isEmpty())
                .map(sid -> "'" + sid + "'")
                .orElse(Integer.toString(index));
    }

    private static Statement.Effect effect(JsonValue effect) {
        return switch (effect.text()) {
            case "Allow" -> Statement.Effect.ALLOW;
            case "Deny" -> Statement.Effect.DENY;
            default -> throw effect.malformed("allowed is Allow or Deny");
        };
    }

    private static Glob action(JsonValue action) {
        return new Glob(action.text(ACTION, "* or a service and an action such as ecr:BatchGetImage")
                .toLowerCase(Locale.ROOT));
    }

    private static List<ResourcePattern> resources(JsonValue resources) {
        return resources.elements().stream()
                .map(resource -> new ResourcePattern(new Glob(resource.literal())))
                .toList();
    }
}
