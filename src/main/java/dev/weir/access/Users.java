package dev.weir.access;

import java.util.Map;

/** Port: the users of this registry. */
public interface Users {

    /** User name → bcrypt hash, of any cost ({@code $2a$ $2b$ $2y$}); at most a minute old. */
    Map<String, String> hashes();
}
