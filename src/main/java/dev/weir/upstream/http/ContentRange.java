package dev.weir.upstream.http;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * Which bytes of the whole a 206 brings. Shape: {@code bytes 100-199/1000}, {@code bytes 100-199/*}.
 *
 * <p>Source: RFC 9110 §14.4.
 *
 * @param first the offset of its first byte
 * @param last the offset of its last byte
 * @param total the size of the whole, when it is told
 */
record ContentRange(long first, long last, OptionalLong total) {
    private static final Pattern SATISFIED =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/([0-9]{1,18})", Pattern.CASE_INSENSITIVE);

    /** Of a 206; empty when it tells none, or one that contradicts itself, or brings several parts at once. */
    static Optional<ContentRange> find(Response partial) {
        Matcher given = SATISFIED.matcher(partial.header("Content-Range", "").strip());
        if (!given.matches()) {
            return Optional.empty();
        }
        OptionalLong total =
                given.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(given.group(3)));
        ContentRange range = new ContentRange(Long.parseLong(given.group(1)), Long.parseLong(given.group(2)), total);
        boolean possible = range.first <= range.last && range.last < total.orElse(Long.MAX_VALUE);
        boolean severalParts = partial.header("Content-Type", "").regionMatches(true, 0, "multipart/", 0, 10);
        return possible && !severalParts ? Optional.of(range) : Optional.empty();
    }

    /** The size of the whole, as a 416 tells it. */
    static OptionalLong totalOf(Response unsatisfied) {
        Matcher given =
                UNSATISFIED.matcher(unsatisfied.header("Content-Range", "").strip());
        return given.matches() ? OptionalLong.of(Long.parseLong(given.group(1))) : OptionalLong.empty();
    }

    boolean contains(long offset) {
        return first <= offset && offset <= last;
    }

    /** Whether a whole of that size may have this range. */
    boolean isOf(long sizeBytes) {
        return last < sizeBytes && total.orElse(sizeBytes) == sizeBytes;
    }
}
