package dev.weir.table;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.PinnedTags;
import dev.weir.rules.Release;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RepositorySettings.Kind;
import dev.weir.rules.TagMutability;
import dev.weir.store.ImageScanning;
import dev.weir.store.StoredRepository;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Repositories' own settings as items, and back. Errors: {@link IllegalArgumentException} on what can't be read. */
final class RepositoryItems {
    private static final String MUTABILITY = "imageTagMutability";
    private static final String FILTERS = "imageTagMutabilityExclusionFilters";
    private static final String SCAN_ON_PUSH = "scanOnPush";
    private static final String TAGS = "tags";

    private RepositoryItems() {}

    static RepositorySettings settings(Item item) {
        TagMutability mutability =
                TagMutability.parse(item.findString(MUTABILITY).orElse("MUTABLE"), item.strings(FILTERS));
        Map<String, String> tags = item.texts(TAGS);
        return new RepositorySettings(mutability, PinnedTags.of(tags), kind(item), Release.find(tags));
    }

    static Kind kind(Item item) {
        return item.has(TableLayout.HOSTED) ? Kind.HOSTED : Kind.CACHED;
    }

    static StoredRepository repository(RepositoryName name, Optional<Instant> createdAt, Item item) {
        return new StoredRepository(
                name, createdAt, settings(item), ImageScanning.of(item.has(SCAN_ON_PUSH)), item.texts(TAGS));
    }

    /** Its mutability is written in any case: it is the repository's own from now on. */
    static Item item(StoredRepository repository) {
        TagMutability mutability = repository.settings().tagMutability();
        Item item = Item.at(TableLayout.repository(repository.name()))
                .with(MUTABILITY, mutability.toString())
                .withStrings(FILTERS, mutability.exclusionFilters());
        if (repository.settings().isHosted()) {
            item = item.with(TableLayout.HOSTED, 1);
        }
        if (repository.scanning() == ImageScanning.ON_PUSH) {
            item = item.with(SCAN_ON_PUSH, 1);
        }
        return repository.tags().isEmpty() ? item : item.with(TAGS, fields(repository.tags()));
    }

    private static Value fields(Map<String, String> tags) {
        return new Value.Fields(
                tags.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, tag -> Value.of(tag.getValue()))));
    }
}
