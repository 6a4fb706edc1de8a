package dev.weir.store;

import java.util.Optional;

/** Port: configurations of the registry as a whole, kept as the JSON texts they were checked as. Errors: {@link StoreException}. */
public interface RegistryTexts {

    /** What is kept of one kind. */
    enum Kind {
        SCANNING
    }

    Optional<String> find(Kind kind);

    void put(Kind kind, String text);
}
