package dev.weir.table;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.store.CreationTemplate;
import dev.weir.store.CreationTemplates;
import dev.weir.store.StoreException;
import dev.weir.time.LastRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The creation templates in the table. Shape: {@link TableLayout}, {@code TEMPLATES}. */
public final class TableCreationTemplates implements CreationTemplates {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final int MAX_TRIES = 10;
    private static final String VERSION = "version";

    private final Table table;
    private final LastRead<List<CreationTemplate>> last;

    /** @param ticker what the age of a snapshot is measured by */
    public TableCreationTemplates(Table table, Ticker ticker) {
        this.table = table;
        this.last = new LastRead<>(
                before -> list(Optional.empty(), Integer.MAX_VALUE),
                new LastRead.Terms(FRESH, LastRead.FOR_EVER, StoreException.class::isInstance),
                ticker);
    }

    /**
     * The template that a new repository is made from, as the table was within the last 30 s. Never fails: while the templates can't
     * be read, those that were read last count.
     */
    Optional<CreationTemplate> of(RepositoryName name) {
        return current().stream()
                .filter(template -> template.prefix().covers(name))
                .max(Comparator.comparingInt(template -> template.prefix().specificity()));
    }

    /**
     * Reads the templates when what was read last is too old. Never fails: while they were never read, each new repository asks for
     * them again.
     */
    List<CreationTemplate> current() {
        return BestEffort.get("reading the creation templates", List.of(), last::current);
    }

    @Override
    public Optional<CreationTemplate> find(RepositoryPrefix prefix) {
        return table.find(ResourceKeys.template(prefix), Consistency.STRONG).flatMap(TemplateItems::template);
    }

    @Override
    public List<CreationTemplate> list(Optional<RepositoryPrefix> after, int limit) {
        Query all = Query.of(ResourceKeys.TEMPLATES);
        Iterator<Item> items =
                table.iterate(after.map(prefix -> all.after(prefix.value())).orElse(all));
        List<CreationTemplate> found = new ArrayList<>();
        while (found.size() < limit && items.hasNext()) {
            TemplateItems.template(items.next()).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    @Override
    public int count() {
        return (int)
                table.stream(Query.of(ResourceKeys.TEMPLATES).only(VERSION)).count();
    }

    @Override
    public boolean create(CreationTemplate template) {
        boolean isNew = table.putIf(TemplateItems.item(template).with(VERSION, 1), TableLayout.VACANT);
        last.noteWrite();
        return isNew;
    }

    @Override
    public Optional<CreationTemplate> change(RepositoryPrefix prefix, UnaryOperator<CreationTemplate> change) {
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<Item> before = table.find(ResourceKeys.template(prefix), Consistency.STRONG);
            Optional<CreationTemplate> changed =
                    before.flatMap(TemplateItems::template).map(change);
            if (changed.isEmpty()) {
                return Optional.empty();
            }
            long version = before.orElseThrow().number(VERSION);
            if (table.putIf(
                    TemplateItems.item(changed.get()).with(VERSION, version + 1),
                    Condition.equalTo(VERSION, version))) {
                last.noteWrite();
                return changed;
            }
        }
        throw new StoreException(
                StoreException.Kind.THROTTLED,
                "creation template '" + prefix + "': too many changes at once, try again");
    }

    @Override
    public boolean delete(RepositoryPrefix prefix) {
        boolean was = table.deleteIf(ResourceKeys.template(prefix), TableLayout.EXISTS);
        last.noteWrite();
        return was;
    }
}
