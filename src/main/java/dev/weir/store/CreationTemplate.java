package dev.weir.store;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.PinnedTags;
import dev.weir.rules.Release;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.TagMutability;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a repository is given when its first image is cached: ECR's repository creation template.
 *
 * @param prefix of the repositories' names; the longest of those that cover a name counts
 * @param appliedFor as it was asked for; Weir brings repositories into being for {@link Scenario#PULL_THROUGH_CACHE} only
 */
public record CreationTemplate(
        RepositoryPrefix prefix,
        Optional<String> description,
        Settings settings,
        List<Scenario> appliedFor,
        Instant createdAt,
        Instant updatedAt) {

    /** What brings a repository into being. Source: ECR API, {@code appliedFor}. */
    public enum Scenario {
        PULL_THROUGH_CACHE,
        REPLICATION,
        CREATE_ON_PUSH
    }

    /**
     * What the repository is given.
     *
     * <p>Errors: {@link IllegalArgumentException} as {@link PinnedTags#of} and {@link Release#find}.
     *
     * @param tags AWS's kind, by key
     * @param repositoryPolicy a checked text
     * @param lifecyclePolicy a checked text
     */
    public record Settings(
            TagMutability tagMutability,
            Map<String, String> tags,
            Optional<String> repositoryPolicy,
            Optional<String> lifecyclePolicy) {

        /** A repository as ECR makes it without a template. */
        public static final Settings NONE =
                new Settings(TagMutability.MUTABLE, Map.of(), Optional.empty(), Optional.empty());

        public Settings {
            PinnedTags.of(tags);
            Release.find(tags);
            tags = Map.copyOf(tags);
        }
    }

    public CreationTemplate {
        appliedFor = List.copyOf(appliedFor);
    }

    /** One that gives nothing yet. */
    public static CreationTemplate empty(RepositoryPrefix prefix, Instant now) {
        return new CreationTemplate(prefix, Optional.empty(), Settings.NONE, List.of(), now, now);
    }

    /** A repository of this name as the template makes it. */
    public StoredRepository repository(RepositoryName name, Instant now) {
        RepositorySettings bare =
                new RepositorySettings(settings.tagMutability(), Set.of(), RepositorySettings.Kind.CACHED);
        return new StoredRepository(name, Optional.of(now), bare, ImageScanning.MANUAL, Map.of())
                .withTags(settings.tags());
    }

    /** For the audit line. */
    @Override
    public String toString() {
        return "appliedFor=" + appliedFor
                + " imageTagMutability=" + settings.tagMutability()
                + settings.tagMutability().exclusionFilters()
                + " tags=" + new TreeMap<>(settings.tags())
                + " repositoryPolicy=" + settings.repositoryPolicy().orElse("-")
                + " lifecyclePolicy=" + settings.lifecyclePolicy().orElse("-")
                + " description=" + description.orElse("-");
    }
}
