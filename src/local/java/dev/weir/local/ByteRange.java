package dev.weir.local;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a blob a request asks for.
 *
 * <p>A {@code Range} header that is malformed, in another unit, or asks for several ranges is ignored, as a server may do.
 *
 * <p>Source: RFC 9110, section 14.
 *
 * @param selection whether these are all bytes, some, or none because the range begins behind the end
 * @param first offset of the first byte
 * @param length number of bytes
 */
record ByteRange(Selection selection, long first, long length) {
    private static final Pattern SINGLE =
            Pattern.compile("bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", Pattern.CASE_INSENSITIVE);
    private static final int SAFE_DIGITS = 18;

    /** What a range comes to for content of a given size. */
    enum Selection {
        WHOLE,
        PART,
        UNSATISFIABLE
    }

    /** @param headers the values of the request's {@code Range} headers */
    static ByteRange of(List<String> headers, long sizeBytes) {
        ByteRange whole = new ByteRange(Selection.WHOLE, 0, sizeBytes);
        Matcher range = SINGLE.matcher(headers.size() == 1 ? headers.get(0) : "");
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return whole;
        }
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : number(range.group(2));
        if (range.group(1).isEmpty()) {
            return suffix(last, whole);
        }
        long first = number(range.group(1));
        if (last < first) {
            return whole;
        }
        return first >= sizeBytes
                ? new ByteRange(Selection.UNSATISFIABLE, 0, 0)
                : new ByteRange(Selection.PART, first, Math.min(last, sizeBytes - 1) - first + 1);
    }

    /** The last bytes. No range can be said of content without bytes, so that is sent whole. */
    private static ByteRange suffix(long bytes, ByteRange whole) {
        if (bytes == 0) {
            return new ByteRange(Selection.UNSATISFIABLE, 0, 0);
        }
        long length = Math.min(bytes, whole.length);
        return length == 0 ? whole : new ByteRange(Selection.PART, whole.length - length, length);
    }

    /** Numbers beyond any file's size are all alike. */
    private static long number(String digits) {
        return digits.length() > SAFE_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** The value of {@code Content-Range} for a part. */
    String contentRange(long sizeBytes) {
        return selection == Selection.UNSATISFIABLE
                ? "bytes */" + sizeBytes
                : "bytes " + first + "-" + (first + length - 1) + "/" + sizeBytes;
    }
}
