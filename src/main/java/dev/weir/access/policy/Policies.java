package dev.weir.access.policy;

/** Port: the policies of this registry. */
public interface Policies {

    /**
     * One consistent snapshot, at most 30 s old. While they can't be read, the last that were; a process that has never read them
     * has none to serve.
     *
     * <p>Errors: {@code StoreException} when they were never read, so that nothing is allowed by mistake.
     */
    PolicySet current();
}
