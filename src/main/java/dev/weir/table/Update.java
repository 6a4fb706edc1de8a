package dev.weir.table;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Attributes to set, to remove and to add to, the others left as they are; immutable. Of two changes of one attribute the later
 * counts.
 *
 * @param changes the new value by attribute; empty where the attribute is removed
 * @param additions what is added by attribute to its number; one that is not there counts as zero
 */
public record Update(Map<String, Optional<Value>> changes, Map<String, Long> additions) {

    public Update {
        for (String name : List.of(TableLayout.PK, TableLayout.SK)) {
            if (changes.containsKey(name) || additions.containsKey(name)) {
                throw new IllegalArgumentException("'" + name + "' belongs to the key, no update changes it");
            }
        }
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
        additions = Collections.unmodifiableMap(new TreeMap<>(additions));
    }

    /** Changes nothing, until it is told what. */
    public static Update none() {
        return new Update(Map.of(), Map.of());
    }

    /** Sets all attributes of the item; its key does not matter. */
    public static Update settingAllOf(Item item) {
        Map<String, Optional<Value>> changes = new TreeMap<>();
        item.attributes().forEach((name, value) -> changes.put(name, Optional.of(value)));
        return new Update(changes, Map.of());
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
        return new Update(more, additions);
    }

    /** Adds to a number, in one step whatever it is. */
    public Update add(String name, long number) {
        Map<String, Long> more = new TreeMap<>(additions);
        more.put(name, number);
        return new Update(changes, more);
    }

    /** The item as it is afterwards. */
    public Item applyTo(Item before) {
        Map<String, Value> attributes = new TreeMap<>(before.attributes());
        changes.forEach((name, value) ->
                value.ifPresentOrElse(present -> attributes.put(name, present), () -> attributes.remove(name)));
        additions.forEach((name, number) ->
                attributes.put(name, Value.of(before.findNumber(name).orElse(0L) + number)));
        return new Item(before.key(), attributes);
    }
}
