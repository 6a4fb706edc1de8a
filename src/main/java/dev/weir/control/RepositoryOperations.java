package dev.weir.control;

import static dev.weir.control.RegistryDirectory.REPOSITORY_NAME;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.policy.PolicyStore;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleMatch;
import dev.weir.rules.TagMutability;
import dev.weir.store.ImageScanning;
import dev.weir.store.StoredRepository;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Repositories: those that are created, and those that a pull brought in. One that is created where no rule covers its name is hosted:
 * it holds what is put into it.
 */
public final class RepositoryOperations implements OperationSet {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final RegistryDirectory directory;
    private final PolicyStore policies;
    private final Clock clock;

    public RepositoryOperations(RegistryDirectory directory, PolicyStore policies, Clock clock) {
        this.directory = directory;
        this.policies = policies;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "CreateRepository", this::create,
                "DescribeRepositories", this::describe,
                "DeleteRepository", this::delete,
                "PutImageTagMutability", this::putTagMutability,
                "PutImageScanningConfiguration", this::putScanning);
    }

    private ObjectNode create(EcrCall call) {
        requireStackEncryption(call);
        directory.requireThisRegistry(call);
        RepositoryName name = call.parse(REPOSITORY_NAME, RepositoryName::parse);
        if (!directory.keptName(name).equals(name)) {
            throw EcrException.invalid(
                    REPOSITORY_NAME, "'" + name + "' is cached as '" + directory.keptName(name) + "': name it so");
        }
        StoredRepository repository = created(name, call);
        if (!directory.repositories().create(repository)) {
            throw new EcrException(
                    EcrException.Code.REPOSITORY_ALREADY_EXISTS,
                    "The repository with name '" + name + "' already exists in the registry with id '"
                            + directory.identity().account() + "'");
        }
        directory.rules().noteWrite();
        call.changed("repository/" + name, "-", repository.toString());
        return answer(repository);
    }

    private StoredRepository created(RepositoryName name, EcrCall call) {
        RuleMatch match = directory.rules().current().match(name);
        boolean covered = match.found().isPresent() || match.unreadable().isPresent();
        TagMutability ofRule =
                match.found().map(rule -> rule.settings().tagMutability()).orElse(TagMutability.MUTABLE);
        StoredRepository bare = new StoredRepository(
                name,
                Optional.of(clock.instant()),
                new RepositorySettings(
                        EcrJson.findMutability(call.input()).orElse(ofRule),
                        Set.of(),
                        covered ? RepositorySettings.Kind.CACHED : RepositorySettings.Kind.HOSTED),
                scanning(call),
                Map.of());
        Map<String, String> tags = EcrJson.tags(call.input().path("tags"));
        try {
            return bare.withTags(tags);
        } catch (IllegalArgumentException e) {
            throw new EcrException(EcrException.Code.INVALID_TAG_PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    /** A repository's objects lie in the stack's one bucket, whose key they have. */
    private static void requireStackEncryption(EcrCall call) {
        String type = call.input()
                .path("encryptionConfiguration")
                .path("encryptionType")
                .asText("AES256");
        if (!type.equals("AES256")) {
            throw EcrException.invalid(
                    "encryptionConfiguration.encryptionType",
                    "must be AES256: the stack's parameter KmsKeyArn encrypts the objects of all repositories");
        }
    }

    private static ImageScanning scanning(EcrCall call) {
        return ImageScanning.of(call.input()
                .path("imageScanningConfiguration")
                .path("scanOnPush")
                .asBoolean());
    }

    private ObjectNode answer(StoredRepository repository) {
        ObjectNode answer = EcrJson.object();
        answer.set("repository", EcrJson.repository(repository, directory.identity()));
        return answer;
    }

    private ObjectNode describe(EcrCall call) {
        directory.requireThisRegistry(call);
        ObjectNode answer = EcrJson.object();
        ArrayNode list = answer.putArray("repositories");
        List<String> names = call.texts("repositoryNames");
        if (!names.isEmpty()) {
            requireNoPaging(call);
            names.stream()
                    .map(name -> directory.get(directory.keptName(parsed(name))))
                    .forEach(found -> list.add(EcrJson.repository(found, directory.identity())));
            return answer;
        }
        int limit = Math.min(call.findNumber("maxResults").orElse(DEFAULT_PAGE), MAX_PAGE);
        Optional<RepositoryName> last = EcrJson.last(call).map(RepositoryOperations::parsedToken);
        List<StoredRepository> found = directory.repositories().list(last, limit + 1);
        found.stream()
                .limit(limit)
                .forEach(repository -> list.add(EcrJson.repository(repository, directory.identity())));
        if (found.size() > limit) {
            answer.put("nextToken", EcrJson.token(found.get(limit - 1).name().value()));
        }
        return answer;
    }

    private static void requireNoPaging(EcrCall call) {
        if (call.findText("nextToken").isPresent()
                || call.findNumber("maxResults").isPresent()) {
            throw EcrException.invalid("maxResults", "must be left out, as nextToken, when repositoryNames are given");
        }
    }

    private static RepositoryName parsed(String name) {
        try {
            return RepositoryName.parse(name);
        } catch (MalformedValueException e) {
            throw EcrException.invalid("repositoryNames", String.valueOf(e.getMessage()));
        }
    }

    private static RepositoryName parsedToken(String name) {
        try {
            return RepositoryName.parse(name);
        } catch (MalformedValueException e) {
            throw EcrJson.badToken();
        }
    }

    private ObjectNode delete(EcrCall call) {
        RepositoryName name = directory.name(call);
        StoredRepository repository = directory.get(name);
        if (!call.flag("force") && !directory.repositories().isEmpty(name)) {
            throw new EcrException(
                    EcrException.Code.REPOSITORY_NOT_EMPTY,
                    "The repository with name '" + name + "' in registry with id '"
                            + directory.identity().account()
                            + "' cannot be deleted because it still contains images: delete them, or use --force");
        }
        directory.repositories().delete(name);
        policies.deleteRepositoryPolicy(name);
        directory.rules().noteWrite();
        call.changed("repository/" + name, repository.toString(), "-");
        return answer(repository);
    }

    private ObjectNode putTagMutability(EcrCall call) {
        TagMutability mutability = EcrJson.findMutability(call.input()).orElseThrow();
        StoredRepository changed = change(call, before -> before.withTagMutability(mutability));
        ObjectNode answer = named(changed);
        EcrJson.putMutability(answer, changed.settings().tagMutability());
        return answer;
    }

    private ObjectNode putScanning(EcrCall call) {
        StoredRepository changed = change(call, before -> before.withScanning(scanning(call)));
        ObjectNode answer = named(changed);
        answer.set("imageScanningConfiguration", EcrJson.scanning(changed));
        return answer;
    }

    private StoredRepository change(EcrCall call, UnaryOperator<StoredRepository> change) {
        RepositoryName name = directory.name(call);
        StoredRepository before = directory.get(name);
        StoredRepository after =
                directory.repositories().change(name, change).orElseThrow(() -> directory.notFound(name));
        directory.rules().noteWrite();
        call.changed("repository/" + name, before.toString(), after.toString());
        return after;
    }

    private ObjectNode named(StoredRepository repository) {
        return EcrJson.object()
                .put("registryId", directory.identity().account())
                .put(REPOSITORY_NAME, repository.name().value());
    }
}
