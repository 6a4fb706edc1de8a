package dev.weir.control;

import dev.weir.gate.OperationGate.Target;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Repository;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the operations of calls are done to, as policies name it.
 *
 * <p>Errors: InvalidParameterException for a name that is malformed.
 */
public record OperationTargets(Rules rules, RegistryIdentity identity) {
    private static final String ARN = "resourceArn";
    private static final String NAMES = "repositoryNames";
    private static final String PREFIXES = "ecrRepositoryPrefixes";

    /** Never empty. An operation that lists all of a kind is done to {@code …:repository/*}. */
    List<Target> of(EcrCall call) {
        List<Target> named = named(call);
        return named.isEmpty()
                ? List.of(Target.of(whole(call.operation())))
                : named.stream().flatMap(target -> ofImages(target, call)).toList();
    }

    /** The repositories and rules that the call names, whatever the images. */
    List<Target> named(EcrCall call) {
        return Stream.of(
                        call.findText(RegistryDirectory.REPOSITORY_NAME).stream()
                                .map(name -> repository(RegistryDirectory.REPOSITORY_NAME, name)),
                        call.texts(NAMES).stream().map(name -> repository(NAMES, name)),
                        call.findText(RuleJson.PREFIX).stream().map(prefix -> rule(RuleJson.PREFIX, prefix)),
                        call.texts(PREFIXES).stream().map(prefix -> rule(PREFIXES, prefix)),
                        call.findText(ARN).stream().map(this::resource))
                .flatMap(targets -> targets)
                .distinct()
                .toList();
    }

    /** Images are told apart where they are changed; a pull is decided when it is known which image it gives. */
    private static Stream<Target> ofImages(Target target, EcrCall call) {
        return switch (call.operation()) {
            case "PutImage" -> {
                byte[] manifest = call.text("imageManifest").getBytes(StandardCharsets.UTF_8);
                yield Stream.of(target.of(Optional.of(Digest.of(manifest).toString()), call.findText("imageTag")));
            }
            case "BatchDeleteImage" -> ImageId.listOf(call).stream().map(id -> target.of(id.digest(), id.tag()));
            default -> Stream.of(target);
        };
    }

    private String whole(String operation) {
        return switch (operation) {
            case "DescribeRepositories" -> identity.repositoryArns() + "*";
            case "DescribePullThroughCacheRules" -> identity.ruleArns() + "*";
            default -> "*";
        };
    }

    private Target rule(String member, String prefix) {
        return Target.of(identity.ruleArn(parsed(member, () -> RepositoryPrefix.parse(prefix))));
    }

    /** Under the name that it is kept under, as policies are. */
    private Target repository(String member, String text) {
        RepositoryName asked = parsed(member, () -> RepositoryName.parse(text));
        Optional<Repository> found = rules.current().match(asked).repository();
        RepositoryName kept = found.map(Repository::name).orElse(asked);
        return new Target(identity.repositoryArn(kept), Optional.of(kept), found, Map.of());
    }

    private Target resource(String arn) {
        return identity.nameOfRepositoryArn(arn)
                .map(name -> repository(ARN, name))
                .or(() -> identity.prefixOfRuleArn(arn).map(prefix -> rule(ARN, prefix)))
                .orElse(Target.of(arn));
    }

    private static <T> T parsed(String member, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid(member, String.valueOf(e.getMessage()));
        }
    }
}
