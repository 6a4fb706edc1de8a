package dev.weir.store;

import java.time.Instant;
import java.util.Iterator;

/** Port: the tags whose check is due, by an index made for it. Errors: {@link StoreException}, from the iterator too. */
public interface DueTags {

    /**
     * Those that came due by then, but not what {@link #rememberDone} says is done: what is late by days first, and then by the time of day. Read
     * page by page as they are taken; no table scan, a bounded number in memory.
     *
     * @param reading called now and then while there is much to read before the next one
     */
    Iterator<DueTag> due(Instant now, Runnable reading);

    /**
     * Remembers that of all tags that were due by then each was checked or is due later now: for one tick at a time. Best effort: without
     * it the next tick reads more.
     */
    void rememberDone(Instant until);
}
