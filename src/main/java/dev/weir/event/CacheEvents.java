package dev.weir.event;

import java.util.List;

/** Port: what the cache asks of other functions and tells the world. Best effort: never throws, never waits for the work. */
public interface CacheEvents {

    void send(List<? extends CacheEvent> events);
}
