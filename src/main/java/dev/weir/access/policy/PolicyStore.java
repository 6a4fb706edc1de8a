package dev.weir.access.policy;

import dev.weir.oci.RepositoryName;

/** Port: the policies, to change them. Errors: {@code StoreException}. */
public interface PolicyStore extends Policies {

    /** As {@link #current}, and sees all writes that ended before. */
    PolicySet latest();

    void putRegistryPolicy(PolicyDocument document);

    /** False when the registry has none of its own. */
    boolean deleteRegistryPolicy();

    /** @param repository as it is cached */
    void putRepositoryPolicy(RepositoryName repository, PolicyDocument document);

    /** False when the repository has none. */
    boolean deleteRepositoryPolicy(RepositoryName repository);
}
