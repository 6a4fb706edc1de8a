package dev.weir.local;

import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Value;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An item's attributes as bytes. Shape: format (one byte, 1), fields; fields are a count and name, value each; a value is a type (one
 * letter) and its content. Counts, lengths and numbers are in groups of seven bits, lowest first; numbers zigzag.
 */
final class MvStoreTableCodec {
    private static final int FORMAT = 1;

    private MvStoreTableCodec() {}

    static byte[] encode(Item item) {
        ByteArrayOutputStream to = new ByteArrayOutputStream(256);
        to.write(FORMAT);
        fields(to, item.attributes());
        return to.toByteArray();
    }

    /** Errors: {@link IllegalStateException} when the bytes are not an item of this format. */
    static Item decode(Key key, byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        try {
            int format = from.get();
            if (format != FORMAT) {
                throw new IllegalStateException("item " + key + " has format " + format
                        + ", a later Weir wrote it; run that one, or choose another WEIR_DATA");
            }
            return new Item(key, fields(from));
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("item " + key + " is cut off; choose another WEIR_DATA", e);
        }
    }

    private static void fields(ByteArrayOutputStream to, Map<String, Value> fields) {
        number(to, fields.size());
        fields.forEach((name, value) -> {
            bytes(to, name.getBytes(StandardCharsets.UTF_8));
            value(to, value);
        });
    }

    private static void value(ByteArrayOutputStream to, Value value) {
        if (value instanceof Value.Text text) {
            to.write('S');
            bytes(to, text.text().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Value.WholeNumber number) {
            to.write('N');
            number(to, (number.number() << 1) ^ (number.number() >> 63));
        } else if (value instanceof Value.Bytes bytes) {
            to.write('B');
            bytes(to, bytes.bytes());
        } else if (value instanceof Value.Sequence sequence) {
            to.write('L');
            number(to, sequence.values().size());
            sequence.values().forEach(one -> value(to, one));
        } else if (value instanceof Value.Fields fields) {
            to.write('M');
            fields(to, fields.fields());
        } else {
            throw new IllegalArgumentException("a value of type " + value + " can't be written, Weir does not know it");
        }
    }

    private static void bytes(ByteArrayOutputStream to, byte[] bytes) {
        number(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream to, long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            to.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        to.write((int) rest);
    }

    private static Map<String, Value> fields(ByteBuffer from) {
        Map<String, Value> fields = new HashMap<>();
        for (long left = number(from); left > 0; left--) {
            String name = text(from);
            fields.put(name, value(from));
        }
        return fields;
    }

    private static Value value(ByteBuffer from) {
        char type = (char) from.get();
        return switch (type) {
            case 'S' -> Value.of(text(from));
            case 'N' -> {
                long number = number(from);
                yield Value.of((number >>> 1) ^ -(number & 1));
            }
            case 'B' -> Value.of(bytes(from));
            case 'L' -> {
                List<Value> values = new ArrayList<>();
                for (long left = number(from); left > 0; left--) {
                    values.add(value(from));
                }
                yield new Value.Sequence(values);
            }
            case 'M' -> new Value.Fields(fields(from));
            default -> throw new IllegalStateException("unknown type of value '" + type + "'");
        };
    }

    private static String text(ByteBuffer from) {
        return new String(bytes(from), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[Math.toIntExact(number(from))];
        from.get(bytes);
        return bytes;
    }

    private static long number(ByteBuffer from) {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte group = from.get();
            number |= (group & 0x7FL) << shift;
            if (group >= 0) {
                return number;
            }
        }
        throw new IllegalStateException("a number has more than 64 bits");
    }
}
