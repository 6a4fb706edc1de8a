package dev.weir.event;

import java.util.List;

/** Port: sends events to other functions and to whoever listens. Best effort: never throws, never waits for the work. */
public interface CacheEvents {

    void send(List<? extends CacheEvent> events);
}
