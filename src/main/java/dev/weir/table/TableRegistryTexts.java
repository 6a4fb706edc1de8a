package dev.weir.table;

import dev.weir.store.RegistryTexts;
import java.util.Optional;

/** The registry's texts in the table. Shape: {@link TableLayout}, {@code REGISTRY}. */
public final class TableRegistryTexts implements RegistryTexts {
    private static final String TEXT = "text";

    private final Table table;

    public TableRegistryTexts(Table table) {
        this.table = table;
    }

    @Override
    public Optional<String> find(Kind kind) {
        return table.find(ResourceKeys.registryText(kind.name()), Consistency.STRONG)
                .map(item -> item.string(TEXT));
    }

    @Override
    public void put(Kind kind, String text) {
        table.put(Item.at(ResourceKeys.registryText(kind.name())).with(TEXT, text));
    }
}
