package dev.weir.table;

import static dev.weir.table.TableLayout.CREATED_AT;

import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.TagMutability;
import dev.weir.store.CreationTemplate;
import dev.weir.store.CreationTemplate.Scenario;
import dev.weir.store.CreationTemplate.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Creation templates as items, and back. */
final class TemplateItems {
    private static final String DESCRIPTION = "description";
    private static final String MUTABILITY = "imageTagMutability";
    private static final String FILTERS = "imageTagMutabilityExclusionFilters";
    private static final String TAGS = "tags";
    private static final String REPOSITORY_POLICY = "repositoryPolicy";
    private static final String LIFECYCLE_POLICY = "lifecyclePolicy";
    private static final String APPLIED_FOR = "appliedFor";
    private static final String UPDATED_AT = "updatedAt";

    private TemplateItems() {}

    /** Empty, and logged, when it can't be read. */
    static Optional<CreationTemplate> template(Item item) {
        return RuleItems.readable(item, TemplateItems::parsed);
    }

    private static CreationTemplate parsed(Item item) {
        List<Scenario> appliedFor =
                item.strings(APPLIED_FOR).stream().map(Scenario::valueOf).toList();
        Settings settings = new Settings(
                TagMutability.parse(item.string(MUTABILITY), item.strings(FILTERS)),
                item.texts(TAGS),
                item.findString(REPOSITORY_POLICY),
                item.findString(LIFECYCLE_POLICY));
        return new CreationTemplate(
                RepositoryPrefix.parse(item.key().sk()),
                item.findString(DESCRIPTION),
                settings,
                appliedFor,
                item.instant(CREATED_AT),
                item.instant(UPDATED_AT));
    }

    static Item item(CreationTemplate template) {
        Settings settings = template.settings();
        return Item.at(ResourceKeys.template(template.prefix()))
                .withIfPresent(DESCRIPTION, template.description().map(Value::of))
                .with(MUTABILITY, settings.tagMutability().toString())
                .withStrings(FILTERS, settings.tagMutability().exclusionFilters())
                .withIfPresent(
                        TAGS,
                        Optional.of(settings.tags())
                                .filter(tags -> !tags.isEmpty())
                                .map(TemplateItems::fields))
                .withIfPresent(REPOSITORY_POLICY, settings.repositoryPolicy().map(Value::of))
                .withIfPresent(LIFECYCLE_POLICY, settings.lifecyclePolicy().map(Value::of))
                .withStrings(
                        APPLIED_FOR,
                        template.appliedFor().stream().map(Scenario::name).toList())
                .with(CREATED_AT, template.createdAt())
                .with(UPDATED_AT, template.updatedAt());
    }

    private static Value fields(Map<String, String> tags) {
        return new Value.Fields(
                tags.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, tag -> Value.of(tag.getValue()))));
    }
}
