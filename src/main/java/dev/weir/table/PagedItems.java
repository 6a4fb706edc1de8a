package dev.weir.table;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Items that an adapter reads page by page, each page when its first item is asked for; for one thread.
 *
 * @param <C> where a page starts, as the adapter's storage says it
 */
public final class PagedItems<C> implements Iterator<Item> {

    /** What one read of the storage gave; a read may give nothing although more follows. */
    public record Read<C>(List<Item> items, Optional<C> next) {}

    private final Function<Optional<C>, Read<C>> read;
    private int left;
    private Iterator<Item> items = List.<Item>of().iterator();
    private Optional<C> next = Optional.empty();
    private boolean isStarted;

    /**
     * @param limit how many items at most
     * @param read reads a page, the first when it is given nothing
     */
    public PagedItems(int limit, Function<Optional<C>, Read<C>> read) {
        this.left = limit;
        this.read = read;
    }

    @Override
    public boolean hasNext() {
        while (left > 0 && !items.hasNext() && (!isStarted || next.isPresent())) {
            Read<C> page = read.apply(next);
            isStarted = true;
            items = page.items().iterator();
            next = page.next();
        }
        return left > 0 && items.hasNext();
    }

    @Override
    public Item next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no item is left");
        }
        left--;
        return items.next();
    }
}
