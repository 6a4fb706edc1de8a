package dev.weir.table;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Attributes to set and attributes to remove, the others left as they are; immutable. Of two changes of one attribute the later
 * counts.
 *
 * @param changes the new value by attribute; empty where the attribute is removed
 */
public record Update(Map<String, Optional<Value>> changes) {

    public Update {
        for (String name : List.of(TableLayout.PK, TableLayout.SK)) {
            if (changes.containsKey(name)) {
                throw new IllegalArgumentException("'" + name + "' belongs to the key, no update changes it");
            }
        }
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    }

    /** Changes nothing, until it is told what. */
    public static Update none() {
        return new Update(Map.of());
    }

    /** Sets all attributes of the item; its key does not matter. */
    public static Update settingAllOf(Item item) {
        Map<String, Optional<Value>> changes = new TreeMap<>();
        item.attributes().forEach((name, value) -> changes.put(name, Optional.of(value)));
        return new Update(changes);
    }

    public Update set(String name, Value value) {
        return setOrRemove(name, Optional.of(value));
    }

    public Update set(String name, String value) {
        return set(name, Value.of(value));
    }

    public Update set(String name, long value) {
        return set(name, Value.of(value));
    }

    public Update set(String name, Instant value) {
        return set(name, Value.of(value));
    }

    public Update remove(String name) {
        return setOrRemove(name, Optional.empty());
    }

    /** Sets the attribute to the value; removes it when there is no value. */
    public Update setOrRemove(String name, Optional<Value> value) {
        Map<String, Optional<Value>> more = new TreeMap<>(changes);
        more.put(name, value);
        return new Update(more);
    }

    /** The item as it is afterwards. */
    public Item applyTo(Item before) {
        Map<String, Value> attributes = new TreeMap<>(before.attributes());
        changes.forEach((name, value) ->
                value.ifPresentOrElse(present -> attributes.put(name, present), () -> attributes.remove(name)));
        return new Item(before.key(), attributes);
    }
}
