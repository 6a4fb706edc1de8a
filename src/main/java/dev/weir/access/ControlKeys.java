package dev.weir.access;

import java.util.Map;

/** Port: the key pairs that manage this registry. */
public interface ControlKeys {

    /** Access key id → key; at most a minute old. */
    Map<String, ControlKey> keys();
}
