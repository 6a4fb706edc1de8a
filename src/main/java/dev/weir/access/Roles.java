package dev.weir.access;

import java.util.Optional;

/** Port: Weir's own roles and whom they trust. */
public interface Roles {

    /**
     * Empty where there is no such role, or its trust policy doesn't trust this identity.
     *
     * @param name without {@code role/weir/}
     */
    Optional<AssumableRole> find(String name, Principal identity);
}
