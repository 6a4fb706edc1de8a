package dev.weir.gate;

/** Whether the cache holds what is asked for, before it is asked for. */
public enum Held {
    HELD,
    NOT_HELD
}
