package dev.weir.table;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The value of an attribute. Units: an instant is a {@link WholeNumber} of epoch milliseconds. */
public sealed interface Value {

    /** A string. */
    record Text(String text) implements Value {}

    /** A whole number. */
    record WholeNumber(long number) implements Value {}

    /** Bytes, not copied, and never changed. */
    @SuppressWarnings("ArrayRecordComponent") // equality is the content's, below
    record Bytes(byte[] bytes) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    /** Values in order. */
    record Sequence(List<Value> values) implements Value {
        public Sequence {
            values = List.copyOf(values);
        }
    }

    /** Values by name. */
    record Fields(Map<String, Value> fields) implements Value {
        public Fields {
            fields = Map.copyOf(fields);
        }
    }

    /**
     * A value of a type that Weir never writes: another program wrote the item. It can be seen, but neither read nor written.
     *
     * @param type what it is, as the storage calls it
     */
    record Foreign(String type) implements Value {}

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new WholeNumber(number);
    }

    static Value of(Instant instant) {
        return new WholeNumber(instant.toEpochMilli());
    }

    static Value of(byte[] bytes) {
        return new Bytes(bytes);
    }

    static Value ofStrings(List<String> strings) {
        return new Sequence(strings.stream().map(Value::of).toList());
    }

    /** The entries' attributes; their keys are not stored. */
    static Value ofEntries(List<Item> entries) {
        return new Sequence(entries.stream()
                .<Value>map(entry -> new Fields(entry.attributes()))
                .toList());
    }
}
