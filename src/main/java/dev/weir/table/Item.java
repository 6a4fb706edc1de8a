package dev.weir.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A key and its attributes; immutable.
 *
 * <p>Units: instants are epoch milliseconds, but {@code expiresAt} is epoch seconds.
 *
 * <p>Errors: an accessor throws {@link IllegalStateException}, which names item and attribute, when a required attribute is missing or
 * an attribute has another type. {@code find…} and lists take a missing attribute as empty.
 *
 * @param attributes all but the two of the key
 */
public record Item(Key key, Map<String, Value> attributes) {

    public Item {
        for (String name : List.of(TableLayout.PK, TableLayout.SK)) {
            if (attributes.containsKey(name)) {
                throw new IllegalArgumentException("item " + key + ": '" + name + "' belongs to its key");
            }
        }
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /** An item without attributes. */
    public static Item at(Key key) {
        return new Item(key, Map.of());
    }

    public Item with(String name, Value value) {
        Map<String, Value> more = new TreeMap<>(attributes);
        more.put(name, value);
        return new Item(key, more);
    }

    public Item with(String name, String value) {
        return with(name, Value.of(value));
    }

    public Item with(String name, long value) {
        return with(name, Value.of(value));
    }

    public Item with(String name, Instant value) {
        return with(name, Value.of(value));
    }

    public Item with(String name, byte[] value) {
        return with(name, Value.of(value));
    }

    /** The same item when the value is empty. */
    public Item withIfPresent(String name, Optional<Value> value) {
        return value.map(present -> with(name, present)).orElse(this);
    }

    public Item withStrings(String name, List<String> values) {
        return with(name, Value.ofStrings(values));
    }

    /** The entries' attributes, in order; their keys are not stored. */
    public Item withEntries(String name, List<Item> entries) {
        return with(name, Value.ofEntries(entries));
    }

    /** The table removes the item some time after this. Until then it can still be read. */
    public Item expiring(Instant at) {
        return with(TableLayout.EXPIRES_AT, at.getEpochSecond() + 1);
    }

    /** The key and those of the attributes that have one of the names. */
    public Item only(Collection<String> names) {
        Map<String, Value> some = new TreeMap<>(attributes);
        some.keySet().retainAll(names);
        return new Item(key, some);
    }

    public boolean has(String name) {
        return find(name).isPresent();
    }

    /** The value of an attribute, of the key's two as well. */
    Optional<Value> find(String name) {
        return switch (name) {
            case TableLayout.PK -> Optional.of(Value.of(key.pk()));
            case TableLayout.SK -> Optional.of(Value.of(key.sk()));
            default -> Optional.ofNullable(attributes.get(name));
        };
    }

    public String string(String name) {
        return findString(name).orElseThrow(() -> missing(name));
    }

    public Optional<String> findString(String name) {
        return find(name, Value.Text.class).map(Value.Text::text);
    }

    public long number(String name) {
        return findNumber(name).orElseThrow(() -> missing(name));
    }

    public Optional<Long> findNumber(String name) {
        return find(name, Value.WholeNumber.class).map(Value.WholeNumber::number);
    }

    public Instant instant(String name) {
        return findInstant(name).orElseThrow(() -> missing(name));
    }

    public Optional<Instant> findInstant(String name) {
        return findNumber(name).map(Instant::ofEpochMilli);
    }

    public byte[] bytes(String name) {
        return findBytes(name).orElseThrow(() -> missing(name));
    }

    public Optional<byte[]> findBytes(String name) {
        return find(name, Value.Bytes.class).map(Value.Bytes::bytes);
    }

    public List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        for (Value value : sequence(name)) {
            strings.add(as(Value.Text.class, name, value).text());
        }
        return List.copyOf(strings);
    }

    /** Texts by name; empty when the attribute is missing. */
    public Map<String, String> texts(String name) {
        Map<String, String> texts = new TreeMap<>();
        find(name, Value.Fields.class).ifPresent(map -> map.fields()
                .forEach((key, value) ->
                        texts.put(key, as(Value.Text.class, name, value).text())));
        return texts;
    }

    /** The entries as items under this item's key, so that their errors name it. */
    public List<Item> entries(String name) {
        List<Item> entries = new ArrayList<>();
        for (Value value : sequence(name)) {
            entries.add(new Item(key, as(Value.Fields.class, name, value).fields()));
        }
        return List.copyOf(entries);
    }

    private List<Value> sequence(String name) {
        return find(name, Value.Sequence.class).map(Value.Sequence::values).orElse(List.of());
    }

    private <T extends Value> Optional<T> find(String name, Class<T> type) {
        return find(name).map(value -> as(type, name, value));
    }

    private <T extends Value> T as(Class<T> type, String name, Value value) {
        if (!type.isInstance(value)) {
            throw new IllegalStateException("item " + key + ": attribute '" + name + "' is "
                    + value.getClass().getSimpleName() + ", not " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private IllegalStateException missing(String name) {
        return new IllegalStateException("item " + key + " has no attribute '" + name + "'");
    }
}
