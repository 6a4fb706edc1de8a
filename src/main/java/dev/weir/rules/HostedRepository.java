package dev.weir.rules;

import dev.weir.oci.RepositoryName;

/**
 * A repository that was created while no rule covered it. It holds what was put into it, has no upstream and is never refreshed. It
 * stays so when a rule covers its name later: what production pulls must not become what an upstream has under that name.
 */
public record HostedRepository(RepositoryName name, RepositorySettings settings) implements Repository {
    /** No upstream is called this: {@code hosted} is not a port. */
    private static final String ORIGIN_PREFIX = "weir:hosted/";

    @Override
    public Origin origin() {
        return new Origin(ORIGIN_PREFIX + name);
    }

    @Override
    public String toString() {
        return name.value();
    }
}
