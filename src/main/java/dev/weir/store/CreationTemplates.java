package dev.weir.store;

import dev.weir.rules.RepositoryPrefix;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Port: the repository creation templates, one a prefix. What one process changes, pulls by the others know within 30 s.
 *
 * <p>Reads see all writes that ended before them; a template that can't be read is left out and logged. Errors: {@link
 * StoreException}.
 */
public interface CreationTemplates {

    Optional<CreationTemplate> find(RepositoryPrefix prefix);

    /**
     * In the order of their prefixes.
     *
     * @param after the prefix after which to begin, whether or not there is a template of it
     */
    List<CreationTemplate> list(Optional<RepositoryPrefix> after, int limit);

    /** How many there are, those that can't be read among them. */
    int count();

    /** Keeps a new template; false when its prefix has one already. */
    boolean create(CreationTemplate template);

    /**
     * Changes a template as it is now: the change is made again when another process was faster.
     *
     * <p>Errors: those of the change.
     *
     * @return the template as it is afterwards; empty when there is none
     */
    Optional<CreationTemplate> change(RepositoryPrefix prefix, UnaryOperator<CreationTemplate> change);

    /** Removes a template, whether it can be read or not; false when there was none. Repositories keep what it gave them. */
    boolean delete(RepositoryPrefix prefix);
}
