package dev.weir.event;

/** What the cache sends to the bus. */
public sealed interface CacheEvent permits BlobFillRequest, CacheAction, CacheEvent.RefreshContinues {

    /** More tags are due than one tick could check: asks for another tick. */
    record RefreshContinues() implements CacheEvent {}
}
