package dev.weir.aws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An update expression that makes an item's attributes those of another. Shape: {@code SET #a = :a, #b = :b REMOVE #c}. */
record AttributeUpdate(
        Map<String, AttributeValue> key,
        String expression,
        Map<String, String> names,
        Map<String, AttributeValue> values) {

    /**
     * @param gone attributes that are taken away unless the item has them
     * @param others values of the condition that goes with it
     */
    static AttributeUpdate of(Item item, List<String> gone, Map<String, AttributeValue> others) {
        Map<String, AttributeValue> key = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>(others);
        TreeSet<String> set = new TreeSet<>(item.attributes().keySet());
        for (String name : List.of(TableKeys.PK, TableKeys.SK)) {
            key.put(name, item.attributes().get(name));
            set.remove(name);
        }
        set.forEach(name -> values.put(":" + name, item.attributes().get(name)));
        List<String> removed = gone.stream().filter(name -> !set.contains(name)).toList();
        set.forEach(name -> names.put("#" + name, name));
        removed.forEach(name -> names.put("#" + name, name));
        String sets = set.stream().map(name -> "#" + name + " = :" + name).collect(Collectors.joining(", "));
        String removes = removed.stream().map(name -> "#" + name).collect(Collectors.joining(", "));
        return new AttributeUpdate(key, "SET " + sets + (removes.isEmpty() ? "" : " REMOVE " + removes), names, values);
    }
}
