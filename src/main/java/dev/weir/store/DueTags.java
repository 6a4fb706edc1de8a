package dev.weir.store;

import java.time.Instant;
import java.util.Iterator;

/** Port: the tags whose check is due, by an index made for it. */
public interface DueTags {

    /** Those due by then, oldest first, read page by page as they are taken; no table scan, a bounded number in memory. */
    Iterator<DueTag> due(Instant now);
}
