package dev.weir.cache;

import java.util.List;

/** Port: what the cache asks of the other functions. Best effort: never throws, never waits for the work. */
public interface CacheEvents {

    void requestFills(List<BlobFillRequest> requests);
}
