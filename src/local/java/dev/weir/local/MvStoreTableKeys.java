package dev.weir.local;

import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.TableLayout;
import dev.weir.table.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The keys of the three maps, as bytes that compare like what they stand for.
 *
 * <pre>
 * items     pk 0 sk
 * dueTimes  dueShard 0 dueTime pk 0 sk
 * expiring  expiresAt pk 0 sk
 * </pre>
 *
 * <p>Units: dueTime and expiresAt are 8 bytes, highest first, with the sign inverted so that negative ones come first.
 */
final class MvStoreTableKeys {
    private static final byte END = 0;

    private MvStoreTableKeys() {}

    static byte[] ofItem(Key key) {
        return joined(withEnd(key.pk()), utf8(key.sk()));
    }

    /** What the keys of a partition's items start with, from the start of the sort key on. */
    static byte[] ofItems(String pk, String prefix) {
        return joined(withEnd(pk), utf8(prefix));
    }

    /** What the keys of a shard start with. */
    static byte[] ofShard(String shard) {
        return withEnd(shard);
    }

    /** What the keys of a shard's items start with, from a time of day on. */
    static byte[] ofShard(String shard, long time) {
        return joined(ofShard(shard), number(time));
    }

    /** The key in the map of due items; empty when the item is not in the index. */
    static Optional<byte[]> due(Item item) {
        return item.attributes().get(TableLayout.DUE_SHARD) instanceof Value.Text shard
                        && item.attributes().get(TableLayout.DUE_TIME) instanceof Value.WholeNumber time
                ? Optional.of(joined(ofShard(shard.text(), time.number()), ofItem(item.key())))
                : Optional.empty();
    }

    /** The key in the map of expiring items; empty when the item stays. */
    static Optional<byte[]> expiring(Item item) {
        return item.attributes().get(TableLayout.EXPIRES_AT) instanceof Value.WholeNumber at
                ? Optional.of(joined(number(at.number()), ofItem(item.key())))
                : Optional.empty();
    }

    /** The number that a key holds from the offset on. */
    static long numberAt(byte[] key, int offset) {
        return ByteBuffer.wrap(key).getLong(offset) ^ Long.MIN_VALUE;
    }

    /** The item key that a key holds from the offset on. */
    static Key keyAt(byte[] key, int offset) {
        int end = offset;
        while (key[end] != END) {
            end++;
        }
        return new Key(
                new String(key, offset, end - offset, StandardCharsets.UTF_8),
                new String(key, end + 1, key.length - end - 1, StandardCharsets.UTF_8));
    }

    /** The least key that is greater. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number ^ Long.MIN_VALUE).array();
    }

    private static byte[] withEnd(String text) {
        if (text.indexOf(END) >= 0) {
            throw new IllegalArgumentException("key '" + text + "' has a NUL character");
        }
        return joined(utf8(text), new byte[] {END});
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
