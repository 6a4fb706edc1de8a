package dev.weir.access;

import java.util.Map;

/** Port: the users of this registry. */
public interface Users {

    /** By user name; at most a minute old. */
    Map<String, UserEntry> current();
}
