package dev.weir.control;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.HostedRepository;
import dev.weir.rules.Repository;
import dev.weir.rules.Rules;
import dev.weir.store.Repositories;
import dev.weir.store.StoredRepository;
import java.util.Optional;

/** Finds the repositories that calls name, under the names they are kept under: {@code docker-hub/alpine} too. */
public final class RegistryDirectory {
    static final String REPOSITORY_NAME = "repositoryName";

    private final Repositories repositories;
    private final Rules rules;
    private final RegistryIdentity identity;

    public RegistryDirectory(Repositories repositories, Rules rules, RegistryIdentity identity) {
        this.repositories = repositories;
        this.rules = rules;
        this.identity = identity;
    }

    RegistryIdentity identity() {
        return identity;
    }

    Rules rules() {
        return rules;
    }

    Repositories repositories() {
        return repositories;
    }

    /** The name that the call's repository is kept under. Errors: RepositoryNotFoundException of another registry. */
    RepositoryName name(EcrCall call) {
        requireThisRegistry(call);
        return keptName(call.parse(REPOSITORY_NAME, RepositoryName::parse));
    }

    /** A {@code registryId} may be left out. Errors: RepositoryNotFoundException of another registry. */
    void requireThisRegistry(EcrCall call) {
        call.findText("registryId").filter(id -> !id.equals(identity.account())).ifPresent(id -> {
            throw notFound(call.findText(REPOSITORY_NAME).orElse(""), id);
        });
    }

    RepositoryName keptName(RepositoryName asked) {
        return rules.current().match(asked).repository().map(Repository::name).orElse(asked);
    }

    /** Errors: RepositoryNotFoundException. */
    StoredRepository get(RepositoryName name) {
        return repositories.find(name).orElseThrow(() -> notFound(name));
    }

    EcrException notFound(RepositoryName name) {
        return notFound(name.value(), identity.account());
    }

    private static EcrException notFound(String name, String registry) {
        return new EcrException(
                EcrException.Code.REPOSITORY_NOT_FOUND,
                "The repository with name '" + name + "' does not exist in the registry with id '" + registry + "'");
    }

    /**
     * The repository whose images the call is about. One that was just created is found before this process has read the rules again.
     *
     * <p>Errors: RepositoryNotFoundException; InvalidParameterException when no rule leads to what was cached.
     */
    Repository imagesOf(EcrCall call) {
        RepositoryName name = name(call);
        Optional<Repository> matched = rules.current().match(name).repository();
        StoredRepository stored = get(name);
        if (stored.settings().isHosted()) {
            return new HostedRepository(name, stored.settings());
        }
        return matched.orElseThrow(() -> EcrException.invalid(
                REPOSITORY_NAME,
                "'" + name + "' was cached under a rule that is deleted: its images are shown when the rule is back"));
    }

    /** As {@link #imagesOf}, but a repository that its rule has not cached anything of yet is found too. */
    Repository pullableFrom(EcrCall call) {
        requireThisRegistry(call);
        RepositoryName asked = call.parse(REPOSITORY_NAME, RepositoryName::parse);
        return rules.current()
                .match(asked)
                .found()
                .<Repository>map(cached -> cached)
                .orElseGet(() -> imagesOf(call));
    }
}
