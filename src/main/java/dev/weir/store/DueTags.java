package dev.weir.store;

import java.time.Instant;
import java.util.Iterator;

/** Port: the tags whose check is due, by an index made for it. Errors: {@link StoreException}, from the iterator too. */
public interface DueTags {

    /**
     * Those that came due by then and later than {@link #rememberDone}, in the order in which they came up within the last day; read page by
     * page as they are taken, no table scan, a bounded number in memory. One that is left due longer comes up once a day.
     */
    Iterator<DueTag> due(Instant now);

    /** Remembers that of all tags that were due by then each was checked or is due later now: for one tick at a time. */
    void rememberDone(Instant until);
}
