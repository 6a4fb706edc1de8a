package dev.weir.access.policy;

import dev.weir.oci.RepositoryName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One snapshot of the policies.
 *
 * @param own the registry's own policy; the {@link DefaultPolicy} counts where there is none
 * @param repositories those of single repositories, by the name they are cached under
 */
public record PolicySet(Optional<PolicyDocument> own, Map<RepositoryName, PolicyDocument> repositories) {
    /** Of a registry to which nobody has put a policy. */
    public static final PolicySet NONE = new PolicySet(Optional.empty(), Map.of());

    public PolicySet {
        repositories = Map.copyOf(repositories);
    }

    /** What counts for the whole registry. */
    public PolicyDocument registry() {
        return own.orElse(DefaultPolicy.DOCUMENT);
    }

    /** All that count for the repository. */
    public List<PolicyDocument> of(RepositoryName repository) {
        return Stream.concat(Stream.of(registry()), Optional.ofNullable(repositories.get(repository)).stream())
                .toList();
    }
}
