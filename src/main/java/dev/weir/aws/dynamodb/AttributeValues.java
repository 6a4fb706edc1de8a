package dev.weir.aws.dynamodb;

import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.TableLayout;
import dev.weir.table.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items and values as DynamoDB writes them. */
final class AttributeValues {
    private AttributeValues() {}

    static Map<String, AttributeValue> of(Key key) {
        return Map.of(
                TableLayout.PK, AttributeValue.fromS(key.pk()),
                TableLayout.SK, AttributeValue.fromS(key.sk()));
    }

    static Map<String, AttributeValue> of(Item item) {
        Map<String, AttributeValue> all = new HashMap<>(of(item.key()));
        item.attributes().forEach((name, value) -> all.put(name, of(value)));
        return all;
    }

    static Item item(Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> rest = new HashMap<>(attributes);
        Key key = new Key(
                rest.remove(TableLayout.PK).s(), rest.remove(TableLayout.SK).s());
        return new Item(key, values(rest));
    }

    static AttributeValue of(Value value) {
        if (value instanceof Value.Text text) {
            return AttributeValue.fromS(text.text());
        }
        if (value instanceof Value.WholeNumber number) {
            return AttributeValue.fromN(Long.toString(number.number()));
        }
        if (value instanceof Value.Bytes bytes) {
            return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(bytes.bytes()));
        }
        if (value instanceof Value.Sequence sequence) {
            return AttributeValue.fromL(
                    sequence.values().stream().map(AttributeValues::of).toList());
        }
        if (value instanceof Value.Fields fields) {
            return AttributeValue.fromM(fields.fields().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, field -> of(field.getValue()))));
        }
        throw new IllegalArgumentException(
                "a value of type " + value + " can't be written, Weir does not know the type");
    }

    private static Map<String, Value> values(Map<String, AttributeValue> attributes) {
        return attributes.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, attribute -> value(attribute.getValue())));
    }

    private static Value value(AttributeValue value) {
        return switch (value.type()) {
            case S -> Value.of(value.s());
            case N -> number(value.n());
            case B -> Value.of(value.b().asByteArrayUnsafe());
            case L ->
                new Value.Sequence(
                        value.l().stream().map(AttributeValues::value).toList());
            case M -> new Value.Fields(values(value.m()));
            default -> new Value.Foreign(value.type().name());
        };
    }

    private static Value number(String digits) {
        try {
            return Value.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return new Value.Foreign("N that is no whole number of 64 bits");
        }
    }
}
