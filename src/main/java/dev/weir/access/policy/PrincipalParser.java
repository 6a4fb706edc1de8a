package dev.weir.access.policy;

import dev.weir.oci.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads {@code Principal}. Errors: {@link MalformedPolicyException}. */
final class PrincipalParser {
    private static final Set<String> KINDS = Set.of("AWS", "Federated");
    private static final Pattern NAME =
            Pattern.compile("\\*|[0-9]{12}|arn:aws[a-z-]*:(?:iam|sts)::[0-9*?]{1,12}:.{1,512}|(?:weir|oidc):.{1,512}");
    private static final String NAMES =
            "*, an account, an ARN of IAM, weir:user/<name>, weir:key/<name>, weir:anonymous or oidc:<issuer>:<subject>";

    private PrincipalParser() {}

    static PrincipalPattern principal(JsonValue principal) {
        if (!principal.isObject()) {
            return new PrincipalPattern(names(principal), List.of());
        }
        JsonObject kinds = principal.object();
        kinds.requireOnly(KINDS);
        List<Predicate<String>> names = new ArrayList<>();
        List<Glob> providers = new ArrayList<>();
        kinds.find("AWS").ifPresent(value -> names.addAll(names(value)));
        kinds.find("Federated")
                .ifPresent(value -> value.elements().forEach(provider -> providers.add(new Glob(provider.literal()))));
        if (names.isEmpty() && providers.isEmpty()) {
            throw principal.malformed("a statement is about someone: write AWS or Federated");
        }
        return new PrincipalPattern(names, providers);
    }

    private static List<Predicate<String>> names(JsonValue value) {
        return value.elements().stream()
                .map(name -> PrincipalPattern.named(name.text(NAME, NAMES)))
                .toList();
    }
}
