package dev.weir.store;

import dev.weir.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Port: the repositories of this registry, those that were created and those that a pull brought in, under the names they are kept
 * under. What one process changes, the rules of the others know within 30 s.
 *
 * <p>Reads see all writes that ended before them. Errors: {@link StoreException}.
 */
public interface Repositories {

    Optional<StoredRepository> find(RepositoryName name);

    /** In lexical order, those after {@code last}, at most {@code limit}. */
    List<StoredRepository> list(Optional<RepositoryName> last, int limit);

    /** Keeps a new repository; false, and nothing done, when there is one of its name. */
    boolean create(StoredRepository repository);

    /**
     * Changes a repository as it is now: the change is made again when another process was faster.
     *
     * <p>Errors: those of the change.
     *
     * @return the repository as it is afterwards; empty when there is none
     */
    Optional<StoredRepository> change(RepositoryName name, UnaryOperator<StoredRepository> change);

    /** Whether it holds no manifest. */
    boolean isEmpty(RepositoryName name);

    /**
     * Removes the repository, its tags and their history, and its links to manifests and blobs; stored bytes stay. It is in the list
     * until all else is gone, so a deletion that breaks off can be done again.
     */
    void delete(RepositoryName name);

    /** The text of its lifecycle policy. */
    Optional<String> lifecyclePolicy(RepositoryName name);

    /** Keeps the text of its lifecycle policy. */
    void putLifecyclePolicy(RepositoryName name, String text);

    void deleteLifecyclePolicy(RepositoryName name);
}
