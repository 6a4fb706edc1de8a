package dev.weir.aws;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A DynamoDB item with typed attributes. Errors: {@link IllegalStateException} on an attribute that must be there. */
record Item(Map<String, AttributeValue> attributes) {

    static Item with(Map<String, AttributeValue> key) {
        return new Item(new HashMap<>(key));
    }

    Item put(String name, String value) {
        attributes.put(name, AttributeValue.fromS(value));
        return this;
    }

    Item put(String name, long value) {
        attributes.put(name, AttributeValue.fromN(Long.toString(value)));
        return this;
    }

    Item put(String name, Instant value) {
        return put(name, value.toEpochMilli());
    }

    Item put(String name, byte[] value) {
        attributes.put(name, AttributeValue.fromB(SdkBytes.fromByteArray(value)));
        return this;
    }

    Item put(String name, List<String> values) {
        attributes.put(
                name,
                AttributeValue.fromL(values.stream().map(AttributeValue::fromS).toList()));
        return this;
    }

    List<String> strings(String name) {
        return Optional.ofNullable(attributes.get(name)).map(AttributeValue::l).orElse(List.of()).stream()
                .map(AttributeValue::s)
                .toList();
    }

    List<Item> items(String name) {
        return Optional.ofNullable(attributes.get(name)).map(AttributeValue::l).orElse(List.of()).stream()
                .map(value -> new Item(value.m()))
                .toList();
    }

    /** The item is removed some time after this, by the table's TTL. */
    Item expiring(Instant at) {
        return put(TableKeys.EXPIRES_AT, at.getEpochSecond() + 1);
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    String string(String name) {
        return findString(name).orElseThrow(() -> missing(name));
    }

    Optional<String> findString(String name) {
        return Optional.ofNullable(attributes.get(name)).map(AttributeValue::s);
    }

    long number(String name) {
        return findNumber(name).orElseThrow(() -> missing(name));
    }

    Optional<Long> findNumber(String name) {
        return Optional.ofNullable(attributes.get(name)).map(value -> Long.parseLong(value.n()));
    }

    Instant instant(String name) {
        return Instant.ofEpochMilli(number(name));
    }

    Optional<Instant> findInstant(String name) {
        return findNumber(name).map(Instant::ofEpochMilli);
    }

    Optional<byte[]> findBytes(String name) {
        return Optional.ofNullable(attributes.get(name)).map(value -> value.b().asByteArray());
    }

    private IllegalStateException missing(String name) {
        return new IllegalStateException("item " + attributes.get(TableKeys.PK) + " has no " + name);
    }
}
