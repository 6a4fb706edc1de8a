package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Printable;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.store.CreationTemplate;
import dev.weir.store.CreationTemplates;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Repository creation templates: what a repository is given when its first image is cached. */
public final class CreationTemplateOperations implements OperationSet {
    /** All of them are read at once when a repository is new, and each may have 40 KB of policies. */
    static final int MAX_TEMPLATES = 100;

    private static final int DEFAULT_PAGE = 100;
    private static final String NOTHING = "-";

    private final CreationTemplates templates;
    private final RegistryIdentity identity;
    private final Clock clock;

    public CreationTemplateOperations(CreationTemplates templates, RegistryIdentity identity, Clock clock) {
        this.templates = templates;
        this.identity = identity;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "CreateRepositoryCreationTemplate", this::create,
                "DescribeRepositoryCreationTemplates", this::describe,
                "UpdateRepositoryCreationTemplate", this::update,
                "DeleteRepositoryCreationTemplate", this::delete);
    }

    private ObjectNode create(EcrCall call) {
        RepositoryPrefix prefix = prefix(call);
        CreationTemplate template =
                TemplateJson.changed(CreationTemplate.empty(prefix, clock.instant()), call.input(), clock.instant());
        if (templates.count() >= MAX_TEMPLATES) {
            throw new EcrException(
                    EcrException.Code.LIMIT_EXCEEDED,
                    "The registry has " + MAX_TEMPLATES
                            + " repository creation templates, which is its limit: delete one");
        }
        if (!templates.create(template)) {
            throw new EcrException(
                    EcrException.Code.TEMPLATE_ALREADY_EXISTS,
                    "A repository creation template with prefix '" + prefix
                            + "' already exists in the registry with id '" + identity.account() + "'");
        }
        call.changed(target(prefix), NOTHING, template.toString());
        return answer(template);
    }

    /** Of prefixes that are named, those without a template are left out. */
    private ObjectNode describe(EcrCall call) {
        List<String> prefixes = call.texts("prefixes");
        if (!prefixes.isEmpty()) {
            return answer(prefixes.stream()
                    .map(CreationTemplateOperations::parsed)
                    .distinct()
                    .sorted(Comparator.comparing(RepositoryPrefix::value))
                    .flatMap(prefix -> templates.find(prefix).stream())
                    .toList());
        }
        int limit = call.findNumber("maxResults").orElse(DEFAULT_PAGE);
        Optional<RepositoryPrefix> after = EcrJson.last(call).map(CreationTemplateOperations::parsedToken);
        List<CreationTemplate> found = templates.list(after, limit + 1);
        ObjectNode answer = answer(found.stream().limit(limit).toList());
        if (found.size() > limit) {
            answer.put("nextToken", EcrJson.token(found.get(limit - 1).prefix().value()));
        }
        return answer;
    }

    private ObjectNode update(EcrCall call) {
        RepositoryPrefix prefix = prefix(call);
        CreationTemplate before = templates.find(prefix).orElseThrow(() -> notFound(prefix));
        CreationTemplate after = templates
                .change(prefix, template -> TemplateJson.changed(template, call.input(), clock.instant()))
                .orElseThrow(() -> notFound(prefix));
        call.changed(target(prefix), before.toString(), after.toString());
        return answer(after);
    }

    private ObjectNode delete(EcrCall call) {
        RepositoryPrefix prefix = prefix(call);
        Optional<CreationTemplate> before = templates.find(prefix);
        if (!templates.delete(prefix)) {
            throw notFound(prefix);
        }
        call.changed(target(prefix), before.map(CreationTemplate::toString).orElse("unreadable"), NOTHING);
        return before.map(this::answer).orElseGet(() -> EcrJson.object().put("registryId", identity.account()));
    }

    private static RepositoryPrefix prefix(EcrCall call) {
        return call.parse(TemplateJson.PREFIX, RepositoryPrefix::parse);
    }

    private static RepositoryPrefix parsed(String prefix) {
        try {
            return RepositoryPrefix.parse(prefix);
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid("prefixes", Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private static RepositoryPrefix parsedToken(String prefix) {
        try {
            return RepositoryPrefix.parse(prefix);
        } catch (IllegalArgumentException e) {
            throw EcrJson.badToken();
        }
    }

    private EcrException notFound(RepositoryPrefix prefix) {
        return new EcrException(
                EcrException.Code.TEMPLATE_NOT_FOUND,
                "The repository creation template with prefix '" + prefix + "' does not exist in the registry with id '"
                        + identity.account() + "'");
    }

    private static String target(RepositoryPrefix prefix) {
        return "repository-creation-template/" + prefix;
    }

    private ObjectNode answer(CreationTemplate template) {
        ObjectNode answer = EcrJson.object().put("registryId", identity.account());
        answer.set("repositoryCreationTemplate", TemplateJson.template(template));
        return answer;
    }

    private ObjectNode answer(List<CreationTemplate> found) {
        ObjectNode answer = EcrJson.object().put("registryId", identity.account());
        ArrayNode list = answer.putArray("repositoryCreationTemplates");
        found.forEach(template -> list.add(TemplateJson.template(template)));
        return answer;
    }
}
